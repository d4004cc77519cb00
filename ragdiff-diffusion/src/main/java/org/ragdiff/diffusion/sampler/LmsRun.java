package org.ragdiff.diffusion.sampler;

/** Linear multistep in σ (Adams-Bashforth at uneven levels; k-diffusion's sample_lms). */
final class LmsRun extends ExplodingRun {
    private final LmsOptions options;
    private final History<double[]> slopes;

    LmsRun(LmsOptions options, TrainedProcess process, RunRequest request) {
        super(process, request, ExplodingLevels.of("lms", process, options.levels(), request.steps(), false));
        this.options = options;
        slopes = new History<>(options.order(), () -> new double[request.size()]);
    }

    @Override
    protected void advance(int call, float[] prediction) {
        double sigma = sigma(call);
        estimate(sigma, prediction);
        double[] slope = slopes.push();
        for (int i = 0; i < x.length; i++) {
            slope[i] = (x[i] - clean[i]) / sigma;
        }
        int order = options.fullOrderAtOnce() ? Math.min(call + 1, options.order()) : slopes.size();
        for (int k = 0; k < slopes.size(); k++) {
            double weight = weight(call, k, order);
            double[] d = slopes.get(k);
            for (int i = 0; i < x.length; i++) {
                x[i] += weight * d[i];
            }
        }
    }

    /** The integral, from one level to the next, of the Lagrange polynomial that is 1 at level call − k. */
    private double weight(int call, int k, int order) {
        double[] polynomial = {1};
        double scale = 1;
        double origin = sigma(call);
        for (int j = 0; j < order; j++) {
            if (j != k) {
                polynomial = timesLinear(polynomial, sigma(call - j) - origin);
                scale *= sigma(call - k) - sigma(call - j);
            }
        }
        double to = sigma(call + 1) - origin;
        double integral = 0;
        for (int p = polynomial.length - 1; p >= 0; p--) {
            integral = (integral + polynomial[p] / (p + 1)) * to;
        }
        return integral / scale;
    }

    /** Coefficients, lowest power first, times (s − root). */
    private static double[] timesLinear(double[] polynomial, double root) {
        double[] out = new double[polynomial.length + 1];
        for (int p = 0; p < polynomial.length; p++) {
            out[p + 1] += polynomial[p];
            out[p] -= root * polynomial[p];
        }
        return out;
    }
}
