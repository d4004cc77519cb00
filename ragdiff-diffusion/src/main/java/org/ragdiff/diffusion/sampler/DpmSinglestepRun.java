package org.ragdiff.diffusion.sampler;

/**
 * DPM-Solver and DPM-Solver++ as singlestep methods (Lu et al. 2022, "DPM-Solver", algorithms 1 and 2;
 * "DPM-Solver++", algorithm 1), and their stochastic forms. The calls of a full step lie on the run's levels.
 */
final class DpmSinglestepRun extends SolverRun {
    private final DpmSinglestepOptions options;
    private final int[] orders;
    private final double[] anchor;

    DpmSinglestepRun(DpmSinglestepOptions options, TrainedProcess process, RunRequest request) {
        super(
                process,
                request,
                SolverLevels.of("dpmpp2s", process, options.levels(), request.steps(), SolverLevels.Style.SINGLESTEP),
                options.solverOrder(),
                options.algorithm().onNoise(),
                options.clipping());
        this.options = options;
        orders = orders(levels.timesteps().length);
        anchor = new double[request.size()];
    }

    /** 1, 2, 3, 1, 2, 3, … with a last step of first order where the run needs one. */
    private int[] orders(int calls) {
        int order = options.solverOrder();
        boolean atZero = options.levels().endAtZero();
        boolean lowers = options.lowerOrderFinal() || calls % order != 0 || atZero;
        int[] out = new int[calls];
        for (int i = 0; i < calls; i++) {
            out[i] = i % order + 1;
        }
        if (lowers && calls % order == 0 || atZero) {
            out[calls - 1] = 1;
        }
        return out;
    }

    @Override
    protected void advance(int call, float[] prediction) {
        convert(call, prediction, history.push());
        float[] fresh = options.algorithm().stochastic() ? draw() : null;
        // Image-to-image can begin inside a full step.
        int order = Math.min(orders[call], history.size());
        if (order == 1) {
            System.arraycopy(x, 0, anchor, 0, x.length);
        }
        int from = call - order + 1;
        ExponentialStep step = ExponentialStep.of(options.algorithm(), levels, from, call + 1);
        double[] base = history.get(order - 1);
        for (int i = 0; i < x.length; i++) {
            x[i] = step.keep() * anchor[i] + step.first() * base[i] + (fresh == null ? 0 : step.noise() * fresh[i]);
        }
        if (order > 1) {
            addDifferences(call, from, order, step);
        }
    }

    private void addDifferences(int call, int from, int order, ExponentialStep step) {
        double[] lambdas = levels.lambdas();
        double h = lambdas[call + 1] - lambdas[from];
        double r0 = (lambdas[call] - lambdas[from]) / h;
        double r1 = order > 2 ? (lambdas[call - 1] - lambdas[from]) / h : 1;
        boolean midpoint = options.solverType() == DpmSolverType.MIDPOINT;
        double[] base = history.get(order - 1);
        double[] newest = history.get(0);
        double[] middle = order > 2 ? history.get(1) : base;
        if (h == 0) {
            return;
        }
        for (int i = 0; i < x.length; i++) {
            double d = (newest[i] - base[i]) / r0;
            if (order == 2) {
                x[i] += (midpoint ? step.midpoint() : step.second()) * d;
            } else if (midpoint) {
                x[i] += step.second() * d;
            } else {
                double inner = (middle[i] - base[i]) / r1;
                x[i] += step.second() * (r0 * inner - r1 * d) / (r0 - r1);
                x[i] += step.third() * 2 * (d - inner) / (r0 - r1);
            }
        }
    }
}
