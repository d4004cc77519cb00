package org.ragdiff.diffusion.vae;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.StoredWeights;

/** A trained {@link Vae} in a file: weights, configuration and the scaling of its latents. */
public final class VaeWeights {
    private static final String KIND = "vae";
    private static final String MEAN = "ragdiff.latents_mean";
    private static final String DEVIATION = "ragdiff.latents_std";

    private VaeWeights() {}

    /** What the weights' metadata must hold for {@link #load}. */
    public static Map<String, String> metadata(VaeConfig config, LatentScaling scaling) {
        Map<String, String> meta = StoredWeights.metadata(KIND, config);
        meta.put(MEAN, StoredWeights.toJson(scaling.mean()));
        meta.put(DEVIATION, StoredWeights.toJson(scaling.deviation()));
        return meta;
    }

    /**
     * @param path safetensors file, or directory with {@code weights.safetensors}
     * @param kernels not closed by the codec
     */
    public static VaeCodec load(Path path, Kernels kernels) throws IOException {
        StoredWeights stored = StoredWeights.open(path);
        VaeConfig config = stored.config(KIND, VaeConfig.class);
        LatentScaling scaling =
                new LatentScaling(stored.entry(MEAN, float[].class), stored.entry(DEVIATION, float[].class));
        Vae vae = new Vae(new SplittableRandom(0), config);
        try {
            stored.loadInto(vae);
            return new VaeCodec(vae, scaling, kernels);
        } catch (IOException | RuntimeException e) {
            vae.close();
            throw e;
        }
    }
}
