package org.ragdiff.core.nn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Normalizations;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Layer normalisation of the last dimension without weights; one serves all layers of a width. Thread-safe. */
public final class PlainLayerNorm implements AutoCloseable {
    private final INDArray ones;
    private final INDArray zeros;
    private final float eps;

    public PlainLayerNorm(int channels, double eps) {
        float[] one = new float[channels];
        java.util.Arrays.fill(one, 1);
        ones = FloatMemory.array(one, channels);
        zeros = FloatMemory.array(new float[channels], channels);
        this.eps = (float) eps;
    }

    /** [.., channels] to the same. */
    public Var apply(Tape t, Var x) {
        return Normalizations.layerNorm(t, x, t.constant(ones), t.constant(zeros), eps);
    }

    /**
     * x · (1 + scale) + shift, the same for all tokens of a sample.
     *
     * @param x [N, T, C]
     * @param scale [N, C]
     * @param shift [N, C]
     */
    public static Var modulated(Tape t, Var x, Var scale, Var shift) {
        return Elementwise.addRow(t, Elementwise.add(t, x, gated(t, x, scale)), shift);
    }

    /** x · gate, the same for all tokens of a sample; see {@link #modulated}. */
    public static Var gated(Tape t, Var x, Var gate) {
        Var spread = Elementwise.addRow(t, Elementwise.scale(t, 0, x), gate);
        return Elementwise.multiply(t, x, spread);
    }

    @Override
    public void close() {
        ones.close();
        zeros.close();
    }
}
