package org.ragdiff.diffusion.sampler;

/** Euler's method for networks with EDM's preconditioning (Karras et al. 2022, algorithm 2 without its correction). */
final class EdmRun extends SamplerRun {
    private final EdmOptions options;
    private final EdmPreconditioning preconditioning;
    private final double[] levels;
    private final int first;

    EdmRun(EdmOptions options, TrainedProcess process, RunRequest request) {
        super(request);
        this.options = options;
        preconditioning = EdmPreconditioning.of("edm-euler", process, options.sigmaData());
        levels = levels(options, request.steps().requireCount("edm-euler"));
        first = request.skipped(levels.length - 1);
    }

    /** n levels, and the one after the last. */
    static double[] levels(EdmOptions options, int n) {
        double[] ramp = options.sigmaSpacing() == SigmaSpacing.KARRAS
                ? SigmaRamp.karras(options.sigmaMax(), options.sigmaMin(), n, options.rho())
                : SigmaRamp.exponential(options.sigmaMax(), options.sigmaMin(), n);
        double[] levels = new double[n + 1];
        for (int i = 0; i < n; i++) {
            levels[i] = (float) ramp[i];
        }
        levels[n] = options.endAtZero() ? 0 : levels[n - 1];
        return levels;
    }

    @Override
    public int calls() {
        return levels.length - 1;
    }

    @Override
    public int firstCall() {
        return first;
    }

    @Override
    public double timestep(int call) {
        return EdmPreconditioning.timestep(levels[call]);
    }

    @Override
    public double signal(int call) {
        return 1;
    }

    @Override
    public double noise(int call) {
        return levels[call];
    }

    @Override
    public double[] sigmas() {
        return levels.clone();
    }

    @Override
    public double startScale() {
        return startScale(options);
    }

    static double startScale(EdmOptions options) {
        return Math.sqrt(options.sigmaMax() * options.sigmaMax() + 1);
    }

    @Override
    protected double inputScale(int call) {
        return preconditioning.inputScale(levels[call]);
    }

    @Override
    protected void advance(int call, float[] prediction) {
        double sigma = levels[call];
        double raised = options.churn().raised(sigma, levels.length - 1);
        if (raised > sigma) {
            double added = options.churn().noise() * Math.sqrt(raised * raised - sigma * sigma);
            float[] fresh = draw();
            for (int i = 0; i < x.length; i++) {
                x[i] += added * fresh[i];
            }
        }
        preconditioning.clean(raised).apply(x, prediction, clean);
        double share = (levels[call + 1] - raised) / raised;
        for (int i = 0; i < x.length; i++) {
            x[i] += (x[i] - clean[i]) * share;
        }
    }
}
