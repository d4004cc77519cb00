package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.generate.RunOptions;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.Images;
import org.ragdiff.core.image.SquarePhoto;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Start;

/** Latents that runs begin with. Stateless. */
final class StartLatents {
    private StartLatents() {}

    /** Noise, or the picture of {@code --image-to-image} for every image of the batch. */
    static Start of(RunOptions runs, LatentCodec codec, int pixels, NoiseSource noise, int count) throws IOException {
        int cells = pixels / codec.factor();
        int each = Math.multiplyExact(cells * cells, codec.channels());
        float[] drawn = noise.next(Math.multiplyExact(count, each));
        Optional<RgbImage> image = runs.image();
        if (image.isEmpty()) {
            return Start.fromNoise(drawn);
        }
        float[] one = encode(codec, image.get(), pixels);
        float[] all = new float[drawn.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(one, 0, all, i * each, each);
        }
        return Start.fromImage(all, drawn, runs.strength());
    }

    /** Scaled latents of a picture made square, row-major [h, w, C]. */
    static float[] encode(LatentCodec codec, RgbImage image, int pixels) {
        RgbImage square = SquarePhoto.of(image, pixels, SquarePhoto.Fit.LETTERBOX);
        try (INDArray in = Images.toTensor(List.of(square));
                INDArray latents = codec.encode(in)) {
            return HostArrays.read(latents);
        }
    }
}
