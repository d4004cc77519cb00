package org.ragdiff.diffusion.diffusers.vision;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.ragdiff.core.nn.ImageTower;
import org.ragdiff.core.nn.ImageTowers;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/** {@link VisionTower}s from transformers' folders. Stateless. */
public final class VisionTowers implements ImageTowers {
    @Override
    public ImageTower load(Path folder) throws IOException {
        ImageProcessor processor = ImageProcessor.load(folder);
        VisionEncoder encoder = VisionEncoder.load(folder);
        try {
            return new VisionTower(encoder, processor);
        } catch (IllegalArgumentException e) {
            encoder.close();
            throw new CheckpointException(folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public ImageTower unset(JsonNode shape) {
        try {
            StrictConfig json = StrictConfig.parse(shape.toString(), "the shape of a vision tower");
            StrictConfig config = json.nested(VisionTower.CONFIG);
            StrictConfig preprocessor = json.nested(VisionTower.PREPROCESSOR);
            VisionConfig network = VisionConfig.read(config);
            ImageProcessor processor = ImageProcessor.read(preprocessor);
            return json.build(() -> new VisionTower(VisionEncoder.unset(network), processor));
        } catch (CheckpointException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
