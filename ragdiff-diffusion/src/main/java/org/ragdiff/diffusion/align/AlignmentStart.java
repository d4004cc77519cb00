package org.ragdiff.diffusion.align;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.StoredWeights;

/**
 * The weights that an alignment network starts its training from: another's of the same shape, or of one that sees
 * photos some whole number of times coarser in as many cells. A finer network starts out as that one would be on photos
 * shrunk by averaging. Stateless.
 */
public final class AlignmentStart {
    private static final String FIRST_LAYER = "conv_in.weight";

    private AlignmentStart() {}

    /**
     * Copies weights in.
     *
     * @param path as {@link AlignmentWeights#load}
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the network cannot start from a network of that shape
     */
    public static void load(AlignmentNet net, Path path) throws IOException {
        StoredWeights stored = StoredWeights.open(path);
        AlignmentConfig from = stored.config(AlignmentWeights.KIND, AlignmentConfig.class);
        int finer = net.config().side() / from.side();
        boolean fits = finer >= 1 && from.patchSize() * finer == net.config().patchSize();
        if (!fits || !from.finer(finer).equals(net.config())) {
            throw new IllegalArgumentException("the network is " + net.config() + "; it cannot start from " + path
                    + ", which is " + from + ": only side and patchSize may differ, both larger by one whole factor");
        }
        try (AlignmentNet coarse = new AlignmentNet(new SplittableRandom(0), from)) {
            stored.loadInto(coarse);
            Map<String, INDArray> state = new LinkedHashMap<>(coarse.state());
            INDArray first = net.state().get(FIRST_LAYER);
            float[] spread = spread(state.put(FIRST_LAYER, first), from.patchSize(), finer);
            net.load(state);
            HostArrays.write(first, spread);
        }
    }

    /** Each pixel's weights [out, (dy, dx, c), k, k] in equal parts to the {@code finer²} pixels in its place. */
    private static float[] spread(INDArray weight, int patch, int finer) {
        long[] shape = weight.shape();
        int kernel = (int) (shape[2] * shape[3]);
        int side = patch * finer;
        int out = (int) shape[0];
        float[] from = HostArrays.read(weight);
        float[] to = new float[from.length * finer * finer];
        for (int row = 0; row < out * side * side; row++) {
            int place = row % (side * side);
            int coarse = place / side / finer * patch + place % side / finer;
            int source = (row / (side * side) * patch * patch + coarse) * 3 * kernel;
            for (int i = 0; i < 3 * kernel; i++) {
                to[row * 3 * kernel + i] = from[source + i] / (finer * finer);
            }
        }
        return to;
    }
}
