package org.ragdiff.diffusion.sampler;

/**
 * UniPC (Zhao et al. 2023, "UniPC: A Unified Predictor-Corrector Framework", algorithms 1 and 2): each call first
 * corrects the latents that it was made at, then predicts the next. Where the last level is zero and diffusers
 * gives NaN (B₁, or integrating noise), the limit is taken.
 */
final class UniPcRun extends SolverRun {
    private final UniPcOptions options;
    private final double[] current;
    private final double[] last;
    private final double[] difference;
    private int order;

    UniPcRun(UniPcOptions options, TrainedProcess process, RunRequest request) {
        super(
                process,
                request,
                SolverLevels.of("unipc", process, options.levels(), request.steps(), SolverLevels.Style.UNIPC),
                options.solverOrder(),
                !options.predictX0(),
                options.clipping());
        this.options = options;
        current = new double[request.size()];
        last = new double[request.size()];
        difference = new double[request.size()];
    }

    @Override
    protected void advance(int call, float[] prediction) {
        convert(call, prediction, current);
        if (history.size() > 0 && !options.disableCorrector().contains(call - 1)) {
            correct(call);
        }
        System.arraycopy(current, 0, history.push(), 0, current.length);
        int left = options.lowerOrderFinal() ? calls() - call : options.solverOrder();
        order = endsClean(call) ? 1 : Math.min(Math.min(options.solverOrder(), left), history.size());
        System.arraycopy(x, 0, last, 0, x.length);
        double[] rhos = UniPcWeights.predictor(levels, call, order, options);
        move(call, rhos, order - 1);
    }

    private void correct(int call) {
        double[] rhos = UniPcWeights.corrector(levels, call - 1, order, options);
        double[] before = history.get(0);
        for (int i = 0; i < x.length; i++) {
            difference[i] = current[i] - before[i];
        }
        move(call - 1, rhos, order - 1);
        for (int i = 0; i < x.length; i++) {
            x[i] += rhos[order - 1] * difference[i];
        }
    }

    /** The step from level s to the next, made from {@code last}; differences of older estimates weighted by rhos. */
    private void move(int s, double[] rhos, int differences) {
        DpmAlgorithm algorithm = onNoise ? DpmAlgorithm.DPMSOLVER : DpmAlgorithm.DPMSOLVER_PLUS_PLUS;
        ExponentialStep step = ExponentialStep.of(algorithm, levels, s, s + 1);
        double[] m0 = history.get(0);
        for (int i = 0; i < x.length; i++) {
            x[i] = step.keep() * last[i] + step.first() * m0[i];
        }
        for (int k = 0; k < differences; k++) {
            double[] m = history.get(k + 1);
            double weight = rhos[k];
            for (int i = 0; i < x.length; i++) {
                x[i] += weight * (m[i] - m0[i]);
            }
        }
    }
}
