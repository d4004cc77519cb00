package org.ragdiff.cli.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.vision.ImageProcessor;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig;
import org.ragdiff.diffusion.diffusers.vision.VisionEncoder;
import org.ragdiff.eval.feature.FeatureExtractor;
import org.ragdiff.eval.feature.Features;

/**
 * The pooled features of a transformers folder: CLIP's image embeddings, SigLIP's pooling head, DINOv2's class token;
 * pictures prepared as its {@code preprocessor_config.json} says. Thread-safe.
 */
final class TowerFeatures implements FeatureExtractor {
    private static final int CHANNELS = 3;

    private final String name;
    private final String fingerprint;
    private final VisionEncoder encoder;
    private final ImageProcessor processor;
    private final Kernels kernels;

    private TowerFeatures(
            String name, String fingerprint, VisionEncoder encoder, ImageProcessor processor, Kernels kernels) {
        this.name = name;
        this.fingerprint = fingerprint;
        this.encoder = encoder;
        this.processor = processor;
        this.kernels = kernels;
    }

    /**
     * @param folder with {@code config.json}, {@code preprocessor_config.json} and weights
     * @param kernels closed by the caller, after this
     * @throws IOException if something is missing, broken or not implemented
     */
    static TowerFeatures load(Path folder, Kernels kernels) throws IOException {
        ImageProcessor processor = ImageProcessor.load(folder);
        VisionEncoder encoder = VisionEncoder.load(folder);
        try {
            VisionConfig config = encoder.config();
            if (config.channels() != CHANNELS) {
                throw new IOException(folder + " takes pictures of " + config.channels() + " channels, expected 3");
            }
            return new TowerFeatures(
                    config.kind().name().toLowerCase(Locale.ROOT) + "/"
                            + folder.toAbsolutePath().normalize().getFileName(),
                    CheckpointFolder.fingerprint(folder),
                    encoder,
                    processor,
                    kernels);
        } catch (IOException | RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public int dimension() {
        return encoder.config().pooledWidth();
    }

    @Override
    public Features extract(List<RgbImage> images) {
        List<Features> out = new ArrayList<>();
        List<ImageProcessor.Pixels> batch = new ArrayList<>();
        for (RgbImage image : images) {
            ImageProcessor.Pixels p = processor.apply(image);
            if (!batch.isEmpty()
                    && (batch.get(0).height() != p.height() || batch.get(0).width() != p.width())) {
                out.add(encode(batch));
                batch.clear();
            }
            batch.add(p);
        }
        out.add(encode(batch));
        return Features.concat(out);
    }

    private Features encode(List<ImageProcessor.Pixels> batch) {
        int height = batch.get(0).height();
        int width = batch.get(0).width();
        int length = height * width * CHANNELS;
        try (TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(kernels, pool)) {
            INDArray pixels = tape.allocate(batch.size(), height, width, CHANNELS);
            for (int i = 0; i < batch.size(); i++) {
                HostArrays.write(pixels, (long) i * length, batch.get(i).values(), 0, length);
            }
            return Features.of(
                    dimension(),
                    HostArrays.read(
                            encoder.apply(tape, tape.constant(pixels)).pooled().value()));
        }
    }

    @Override
    public void close() {
        encoder.close();
    }
}
