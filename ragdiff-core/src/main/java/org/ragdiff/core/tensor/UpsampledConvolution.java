package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Doubling by nearest neighbours and a 3×3 convolution, differentiable. In training they are one transposed 4×4
 * convolution of stride 2, forward and backward, with four ninths of the products and without the doubled map: the
 * outputs y = 2i + k − 1 read input i through those taps d of the three with ⌊(y + d − 1) / 2⌋ = i, so that the wide
 * kernels are sums of the plain ones'. Otherwise the two operations are recorded, for plans to fuse.
 */
public final class UpsampledConvolution {
    private static final int[][] TAPS = {{2}, {1, 2}, {0, 1}, {0}};
    private static final Convolution WIDE = Convolution.of(2, 1);

    private UpsampledConvolution() {}

    /** For each position k along a side of the wide kernel, the positions in the plain kernel that it is the sum of. */
    public static int[] taps(int k) {
        return TAPS[k].clone();
    }

    /**
     * @param x [N, H, W, Ci]
     * @param w [Co, Ci, 3, 3]
     * @param bias [Co] or null
     * @return [N, 2H, 2W, Co]
     * @throws IllegalArgumentException if the kernels are not 3×3
     */
    public static Var apply(Tape t, Var x, Var w, Var bias) {
        if (w.rank() != 4 || w.size(2) != 3 || w.size(3) != 3) {
            throw new IllegalArgumentException(
                    "doubling goes before a convolution with 3 x 3 kernels, got weights of shape "
                            + java.util.Arrays.toString(w.shape()));
        }
        if (!t.isTraining()) {
            return Convolutions.conv2d(t, Shapes.upsample2x(t, x), w, bias, Convolution.same(3));
        }
        long n = x.size(0);
        long co = w.size(0);
        long ci = w.size(1);
        INDArray out = t.allocate(n, 2 * x.size(1), 2 * x.size(2), co);
        long cells = 4 * x.size(1) * x.size(2);
        INDArray wide = wide(t, w);
        t.kernels().conv2dBackwardData(x.value(), wide, WIDE, out);
        if (bias != null) {
            INDArray rows = out.reshape('c', 1, n * cells, co);
            t.kernels().addRow(rows, bias.value().reshape('c', 1, co), rows);
        }
        return t.record(
                out,
                grad -> {
                    if (x.requiresGrad()) {
                        INDArray gradX = t.allocateGradient(x);
                        t.kernels().conv2d(grad, wide, null, WIDE, gradX);
                        t.accumulate(x, gradX);
                    }
                    t.free(wide);
                    if (w.requiresGrad()) {
                        INDArray gradWide = t.allocate(ci, co, 4, 4);
                        t.kernels().conv2dBackwardWeights(grad, x.value(), WIDE, gradWide, null);
                        t.accumulate(w, narrow(t, gradWide, w));
                    }
                    if (bias != null && bias.requiresGrad()) {
                        INDArray ofSamples = t.allocate(1, n, co);
                        t.kernels().sumTokens(grad.reshape('c', n, cells, co), ofSamples.reshape('c', n, co));
                        INDArray gradBias = t.allocateGradient(bias);
                        t.kernels().sumTokens(ofSamples, gradBias.reshape('c', 1, co));
                        t.free(ofSamples);
                        t.accumulate(bias, gradBias);
                    }
                },
                bias == null ? new Var[] {x, w} : new Var[] {x, w, bias});
    }

    /** [Ci, Co, 4, 4] of [Co, Ci, 3, 3]. */
    private static INDArray wide(Tape t, Var w) {
        long co = w.size(0);
        long ci = w.size(1);
        INDArray sums = sums(t);
        INDArray product = t.allocate(co * ci, 16);
        t.kernels().matmul(w.value().reshape('c', co * ci, 9), false, sums, false, 1, product);
        t.free(sums);
        INDArray wide = t.allocate(ci, co, 4, 4);
        t.kernels().swapMiddle(product.reshape('c', 1, co, ci, 16), wide.reshape('c', 1, ci, co, 16));
        t.free(product);
        return wide;
    }

    /** The gradient of w of that of its {@link #wide} kernels, which is freed. */
    private static INDArray narrow(Tape t, INDArray gradWide, Var w) {
        long co = w.size(0);
        long ci = w.size(1);
        INDArray swapped = t.allocate(co * ci, 16);
        t.kernels().swapMiddle(gradWide.reshape('c', 1, ci, co, 16), swapped.reshape('c', 1, co, ci, 16));
        t.free(gradWide);
        INDArray sums = sums(t);
        INDArray gradW = t.allocateGradient(w);
        t.kernels().matmul(swapped, false, sums, true, 1, gradW.reshape('c', co * ci, 9));
        t.free(sums);
        t.free(swapped);
        return gradW;
    }

    /** [9, 16]: which plain taps a wide one is the sum of. */
    private static INDArray sums(Tape t) {
        float[] values = new float[9 * 16];
        for (int k = 0; k < 16; k++) {
            for (int dy : TAPS[k / 4]) {
                for (int dx : TAPS[k % 4]) {
                    values[(dy * 3 + dx) * 16 + k] = 1;
                }
            }
        }
        INDArray out = t.allocate(9, 16);
        HostArrays.write(out, values);
        return out;
    }
}
