package org.ragdiff.diffusion.sampler;

/**
 * DPM-Solver and DPM-Solver++ as multistep methods (Lu et al. 2022, "DPM-Solver++", algorithm 2 and its third
 * order), and their stochastic forms.
 */
class DpmSolverRun extends SolverRun {
    private static final int SHORT_RUN = 15;

    private final DpmSolverOptions options;

    DpmSolverRun(DpmSolverOptions options, TrainedProcess process, RunRequest request) {
        this(
                options,
                process,
                request,
                SolverLevels.of("dpmpp", process, options.levels(), request.steps(), SolverLevels.Style.MULTISTEP));
    }

    DpmSolverRun(DpmSolverOptions options, TrainedProcess process, RunRequest request, SolverLevels levels) {
        super(
                process,
                request,
                levels,
                options.solverOrder(),
                options.algorithm().onNoise(),
                options.clipping());
        this.options = options;
    }

    @Override
    protected void advance(int call, float[] prediction) {
        convert(call, prediction, history.push());
        float[] fresh = options.algorithm().stochastic() ? draw() : null;
        ExponentialStep step = ExponentialStep.of(options.algorithm(), levels, call, call + 1);
        int order = order(call);
        double h = levels.lambdas()[call + 1] - levels.lambdas()[call];
        double r0 = order > 1 ? (levels.lambdas()[call] - levels.lambdas()[call - 1]) / h : 1;
        double r1 = order > 2 ? (levels.lambdas()[call - 1] - levels.lambdas()[call - 2]) / h : 1;
        boolean midpoint = order == 2 && options.solverType() == DpmSolverType.MIDPOINT;
        double second = midpoint ? step.midpoint() : step.second();
        double[] m0 = history.get(0);
        double[] m1 = order > 1 && h != 0 ? history.get(1) : m0;
        double[] m2 = order > 2 && h != 0 ? history.get(2) : m1;
        for (int i = 0; i < x.length; i++) {
            double d = (m0[i] - m1[i]) / r0;
            double change = order > 2 ? d - (m1[i] - m2[i]) / r1 : 0;
            x[i] = step.keep() * x[i] + step.first() * m0[i] + (fresh == null ? 0 : step.noise() * fresh[i]);
            if (order > 1 && h != 0) {
                x[i] += second * (d + r0 / (r0 + r1) * change);
            }
            if (order > 2 && h != 0) {
                x[i] += step.third() * change / (r0 + r1);
            }
        }
    }

    /** Runs start with lower orders for want of history, and short ones end so for stability. */
    private int order(int call) {
        int left = calls() - call;
        boolean settles = options.lowerOrderFinal() && calls() < SHORT_RUN;
        int order = Math.min(options.solverOrder(), history.size());
        if (endsClean(call) || left == 1 && (options.eulerAtFinal() || settles)) {
            return 1;
        }
        return left == 2 && settles ? Math.min(order, 2) : order;
    }
}
