package org.ragdiff.diffusion.align;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.StoredWeights;

/** A trained {@link AlignmentNet} in a file: weights and configuration. */
public final class AlignmentWeights {
    static final String KIND = "alignment";

    private AlignmentWeights() {}

    /** What the weights' metadata must hold for {@link #load}. */
    public static Map<String, String> metadata(AlignmentConfig config) {
        return StoredWeights.metadata(KIND, config);
    }

    /**
     * @param path safetensors file, or directory with {@code weights.safetensors}
     * @param kernels not closed by the aligner
     */
    public static LearnedAligner load(Path path, Kernels kernels) throws IOException {
        StoredWeights stored = StoredWeights.open(path);
        AlignmentNet net = new AlignmentNet(new SplittableRandom(0), stored.config(KIND, AlignmentConfig.class));
        try {
            stored.loadInto(net);
            return new LearnedAligner(net, SplineWarpFit.defaults(), kernels);
        } catch (IOException | RuntimeException e) {
            net.close();
            throw e;
        }
    }
}
