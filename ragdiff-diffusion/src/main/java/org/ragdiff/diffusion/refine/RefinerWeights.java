package org.ragdiff.diffusion.refine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.StoredWeights;

/** A trained {@link RefinerNet} in a file: weights and configuration. */
public final class RefinerWeights {
    static final String KIND = "refiner";

    private RefinerWeights() {}

    /** What the weights' metadata must hold for {@link #load}. */
    public static Map<String, String> metadata(RefinerConfig config) {
        return StoredWeights.metadata(KIND, config);
    }

    /**
     * @param path safetensors file, or directory with {@code weights.safetensors}
     * @param kernels not closed by the refiner
     */
    public static LearnedRefiner load(Path path, Kernels kernels) throws IOException {
        return new LearnedRefiner(net(path), kernels);
    }

    /** The network itself, to be trained further; closed by the caller. */
    public static RefinerNet net(Path path) throws IOException {
        StoredWeights stored = StoredWeights.open(path);
        RefinerNet net = new RefinerNet(new SplittableRandom(0), stored.config(KIND, RefinerConfig.class));
        try {
            stored.loadInto(net);
            return net;
        } catch (IOException | RuntimeException e) {
            net.close();
            throw e;
        }
    }
}
