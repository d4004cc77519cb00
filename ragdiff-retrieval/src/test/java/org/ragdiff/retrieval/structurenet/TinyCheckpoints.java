package org.ragdiff.retrieval.structurenet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.diffusion.diffusers.vision.HiddenActivation;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig.Kind;
import org.ragdiff.diffusion.diffusers.vision.VisionEncoder;

/** Folders as transformers writes them, of untrained vision towers that take milliseconds. */
final class TinyCheckpoints {
    static final int SIDE = 32;

    private TinyCheckpoints() {}

    /** DINOv2's is for larger pictures than {@link #SIDE}, so that its positions are interpolated. */
    static VisionConfig shape(Kind kind) {
        int image = kind == Kind.DINOV2 ? 48 : SIDE;
        int patch = kind == Kind.CLIP ? 8 : 16;
        return new VisionConfig(
                kind, 8, 16, 2, 2, 3, image, patch, HiddenActivation.GELU, 1e-5, kind == Kind.CLIP ? 6 : 0);
    }

    static Path write(Path folder, Kind kind) throws IOException {
        try (VisionEncoder encoder = VisionEncoder.random(shape(kind), 11)) {
            encoder.save(folder, Dtype.F32);
        }
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                """
                {"do_resize": false, "do_center_crop": false, "rescale_factor": 0.00392156862745098,
                 "image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28]}
                """);
        return folder;
    }

    /** A small network whose towers are both of a folder. */
    static StructureNetConfig config(Path folder, boolean trainable) {
        TowerConfig tower = new TowerConfig(SIDE, 12, new TowerCheckpoint(folder, trainable));
        return TinyNets.config().withWild(tower).withStandard(tower);
    }
}
