package org.ragdiff.diffusion.vae;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Distance of two images: weighted mean absolute error, mean squared error, and mean absolute error of the
 * differences between neighbouring pixels, which keeps edges sharp (the gradient difference loss of
 * Mathieu et al. 2016). One pass for value and gradient.
 *
 * @param absolute weight of the mean absolute error
 * @param squared weight of the mean squared error
 * @param edges weight of the neighbour differences' mean absolute error
 */
public record ReconstructionLoss(double absolute, double squared, double edges) {
    public ReconstructionLoss {
        if (!(absolute >= 0 && squared >= 0 && edges >= 0 && absolute + squared + edges > 0)) {
            throw new IllegalArgumentException("weights must not be negative, and one must be positive, got " + absolute
                    + ", " + squared + ", " + edges);
        }
    }

    public static ReconstructionLoss defaults() {
        return new ReconstructionLoss(0.5, 2, 0.5);
    }

    /** Value of the loss and, for the log, the plain mean squared error. */
    public record Result(Var loss, double meanSquaredError) {}

    /**
     * @param x [N, H, W, C]
     * @param target same shape; not modified
     */
    public Result apply(Tape t, Var x, INDArray target) {
        int h = Math.toIntExact(x.size(1));
        int w = Math.toIntExact(x.size(2));
        int c = Math.toIntExact(x.size(3));
        float[] d = HostArrays.read(x.value());
        float[] y = HostArrays.read(target);
        if (y.length != d.length) {
            throw new IllegalArgumentException("image of " + d.length + " values against " + y.length);
        }
        for (int i = 0; i < d.length; i++) {
            d[i] -= y[i];
        }
        float[] slope = y;
        double sumAbsolute = 0;
        double sumSquared = 0;
        float wa = (float) (absolute / d.length);
        float ws = (float) (2 * squared / d.length);
        for (int i = 0; i < d.length; i++) {
            sumAbsolute += Math.abs(d[i]);
            sumSquared += d[i] * d[i];
            slope[i] = wa * Math.signum(d[i]) + ws * d[i];
        }
        double sumEdges = 0;
        float we = (float) (edges / d.length);
        int row = w * c;
        int rows = d.length / row;
        for (int r = 0; r < rows; r++) {
            boolean below = r % h != h - 1;
            for (int i = r * row; i < (r + 1) * row; i++) {
                if (i + c < (r + 1) * row) {
                    sumEdges += difference(d, slope, i, i + c, we);
                }
                if (below) {
                    sumEdges += difference(d, slope, i, i + row, we);
                }
            }
        }
        double value = (absolute * sumAbsolute + squared * sumSquared + edges * sumEdges) / d.length;
        INDArray out = t.allocate(1);
        HostArrays.write(out, new float[] {(float) value});
        Var loss = t.record(
                out,
                grad -> {
                    float up = HostArrays.read(grad)[0];
                    for (int i = 0; i < slope.length; i++) {
                        slope[i] *= up;
                    }
                    INDArray g = t.allocate(x.shape());
                    HostArrays.write(g, slope);
                    t.accumulate(x, g);
                },
                x);
        return new Result(loss, sumSquared / d.length);
    }

    private static float difference(float[] d, float[] slope, int a, int b, float weight) {
        float e = d[b] - d[a];
        float s = weight * Math.signum(e);
        slope[b] += s;
        slope[a] -= s;
        return Math.abs(e);
    }
}
