package org.ragdiff.core.optim;

import java.util.Arrays;

/**
 * Adafactor (Shazeer and Stern, ICML 2018) as torch.optim.Adafactor: mean squares of matrices by their rows'
 * and columns' means, the rate relative to the parameter's root mean square, updates clipped. Tensors of more
 * than two dimensions are stacks of matrices, which are factored one by one. Not thread-safe.
 */
public final class Adafactor implements Optimiser {
    private final Options options;
    private double[][] rows;
    private double[][] columns;
    private long steps;

    /**
     * @param beta2Decay exponent of the steps, negative: the mean square forgets by 1 − steps^beta2Decay
     * @param eps1 least root mean square of a gradient
     * @param eps2 least root mean square of a parameter
     * @param d largest root mean square of an update
     * @param weightDecay decoupled
     */
    public record Options(double beta2Decay, double eps1, double eps2, double d, double weightDecay) {
        public Options {
            if (!(beta2Decay <= 0 && eps1 >= 0 && eps2 >= 0 && d >= 1 && weightDecay >= 0)) {
                throw new IllegalArgumentException(
                        "beta2Decay must be at most 0, eps1, eps2 and weightDecay at least 0," + " d at least 1; got "
                                + beta2Decay + ", " + eps1 + ", " + eps2 + ", " + weightDecay + ", " + d);
            }
        }

        /** torch's, for float32. */
        public static Options defaults() {
            return new Options(-0.8, 0x1p-23, 1e-3, 1, 0);
        }
    }

    public Adafactor(Options options) {
        this.options = options;
    }

    @Override
    public void step(Tensor[] parameters, Tensor[] gradients, double rate) {
        if (rows == null) {
            rows = Optimiser.zeros(parameters);
            columns = Optimiser.zeros(parameters);
        }
        steps++;
        double forget = Math.pow(steps, options.beta2Decay);
        double rho = Math.min(rate, 1 / Math.sqrt(steps));
        for (int i = 0; i < parameters.length; i++) {
            float[] p = parameters[i].values();
            float[] g = gradients[i].values();
            double alpha = Math.max(options.eps2, rms(p)) * rho;
            double[] square = parameters[i].shape().length > 1
                    ? factored(g, parameters[i].shape(), rows[i], columns[i], forget)
                    : whole(g, rows[i], forget);
            double sum = 0;
            for (int j = 0; j < p.length; j++) {
                square[j] = g[j] / Math.sqrt(Math.max(square[j], options.eps1 * options.eps1));
                sum += square[j] * square[j];
            }
            double scale = alpha / Math.max(1, Math.sqrt(sum / p.length) / options.d);
            for (int j = 0; j < p.length; j++) {
                p[j] = (float) (p[j] * (1 - rate * options.weightDecay) - scale * square[j]);
            }
        }
    }

    private static double rms(float[] values) {
        double sum = 0;
        for (float v : values) {
            sum += (double) v * v;
        }
        return Math.sqrt(sum / values.length);
    }

    private static double[] whole(float[] g, double[] mean, double forget) {
        for (int j = 0; j < g.length; j++) {
            mean[j] += forget * ((double) g[j] * g[j] - mean[j]);
        }
        return mean.clone();
    }

    /** The outer product of the rows' and the columns' mean squares over the mean of the rows'. */
    private double[] factored(float[] g, long[] shape, double[] rowMeans, double[] columnMeans, double forget) {
        int h = (int) shape[shape.length - 2];
        int w = (int) shape[shape.length - 1];
        double[] out = new double[g.length];
        for (int at = 0, matrix = 0; at < g.length; at += h * w, matrix++) {
            double[] row = new double[h];
            double[] column = new double[w];
            for (int j = 0; j < h * w; j++) {
                double square = (double) g[at + j] * g[at + j];
                row[j / w] += square / w;
                column[j % w] += square / h;
            }
            for (int y = 0; y < h; y++) {
                rowMeans[matrix * h + y] += forget * (row[y] - rowMeans[matrix * h + y]);
            }
            for (int x = 0; x < w; x++) {
                columnMeans[matrix * w + x] += forget * (column[x] - columnMeans[matrix * w + x]);
            }
            double mean = Arrays.stream(rowMeans, matrix * h, matrix * h + h).sum() / h;
            for (int j = 0; j < h * w; j++) {
                out[at + j] =
                        rowMeans[matrix * h + j / w] * columnMeans[matrix * w + j % w] / Math.max(mean, options.eps1);
            }
        }
        return out;
    }
}
