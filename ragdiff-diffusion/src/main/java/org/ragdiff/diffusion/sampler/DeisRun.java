package org.ragdiff.diffusion.sampler;

/**
 * Exponential integrator with polynomial extrapolation of the noise in log ρ, ρ = σ/α (Zhang and Chen 2023, "Fast
 * Sampling of Diffusion Models with Exponential Integrator", equations 14 and 15).
 */
final class DeisRun extends SolverRun {
    private static final int SHORT_RUN = 15;

    private final DeisOptions options;

    DeisRun(DeisOptions options, TrainedProcess process, RunRequest request) {
        super(
                process,
                request,
                SolverLevels.of("deis", process, options.levels(), request.steps(), SolverLevels.Style.SINGLESTEP),
                options.solverOrder(),
                true,
                options.clipping());
        this.options = options;
    }

    @Override
    protected void advance(int call, float[] prediction) {
        convert(call, prediction, history.push());
        int order = order(call);
        double alpha = levels.alphas()[call + 1];
        double keep = alpha / levels.alphas()[call];
        double[] weights = new double[] {rho(call + 1) - rho(call), 0, 0};
        for (int k = 0; order > 1 && k < order; k++) {
            weights[k] = weight(call, k, order);
        }
        for (int i = 0; i < x.length; i++) {
            x[i] *= keep;
        }
        for (int k = 0; k < order; k++) {
            double[] m = history.get(k);
            double weight = alpha * weights[k];
            for (int i = 0; i < x.length; i++) {
                x[i] += weight * m[i];
            }
        }
    }

    private int order(int call) {
        int left = calls() - call;
        boolean settles = options.lowerOrderFinal() && calls() < SHORT_RUN;
        int order = Math.min(options.solverOrder(), history.size());
        if (endsClean(call) || left == 1 && settles) {
            return 1;
        }
        return left == 2 && settles ? Math.min(order, 2) : order;
    }

    private double rho(int level) {
        return levels.sigmas()[level] / levels.alphas()[level];
    }

    /** The integral over ρ, from this level to the next, of the polynomial in log ρ that is 1 at level call − k. */
    private double weight(int call, int k, int order) {
        double own = Math.log(rho(call - k));
        double[] others = new double[order - 1];
        for (int j = 0, n = 0; j < order; j++) {
            if (j != k) {
                others[n++] = Math.log(rho(call - j));
            }
        }
        double scale = own - others[0];
        double quadratic = 0;
        double linear = 1;
        double constant = -others[0];
        if (order == 3) {
            scale *= own - others[1];
            quadratic = 1;
            linear = -others[0] - others[1];
            constant = others[0] * others[1];
        }
        return (integral(rho(call + 1), quadratic, linear, constant) - integral(rho(call), quadratic, linear, constant))
                / scale;
    }

    /** ∫ (a log²ρ + b log ρ + c) dρ. */
    private static double integral(double rho, double a, double b, double c) {
        double l = Math.log(rho);
        return rho * (a * (l * l - 2 * l + 2) + b * (l - 1) + c);
    }
}
