package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;

/** Multistep consistency sampling (Song et al. 2023, "Consistency Models", algorithm 1 and appendix C). */
final class ConsistencyRun extends SamplerRun {
    private static final String NAME = "consistency";
    /** Of the authors' code. */
    private static final double TIME_SCALE = 1000;

    private final ConsistencyOptions options;
    private final double[] levels;
    private final int first;

    ConsistencyRun(ConsistencyOptions options, TrainedProcess process, RunRequest request) {
        super(request);
        if (process.schedule() != null || process.prediction() != PredictionType.EPSILON) {
            throw new IllegalArgumentException(
                    NAME + " is for consistency models, with continuous noise levels and EPSILON prediction; "
                            + "this one predicts " + process.prediction());
        }
        this.options = options;
        levels = levels(options, process.trainSteps(), request.steps());
        first = request.skipped(levels.length - 1);
    }

    /** Those of every ⌊T/n⌋-th of T training levels, counted from the largest, and the smallest of all. */
    private static double[] levels(ConsistencyOptions options, int train, Steps steps) {
        int[] own = steps.timestepsOrNull(NAME, train);
        int n = own != null ? own.length : steps.count();
        if (n > train) {
            throw new IllegalArgumentException("steps must be in [1, " + train + "], got " + n);
        }
        double from = Math.pow(options.sigmaMax(), 1 / options.rho());
        double to = Math.pow(options.sigmaMin(), 1 / options.rho());
        double[] out = new double[n + 1];
        for (int i = 0; i < n; i++) {
            double share = (own != null ? own[n - 1 - i] : i * (train / n)) / (train - 1.0);
            out[i] = (float) Math.pow(from + share * (to - from), options.rho());
        }
        out[n] = (float) options.sigmaMin();
        return out;
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
        return TIME_SCALE * EdmPreconditioning.timestep(levels[call]);
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
        return options.sigmaMax();
    }

    @Override
    protected double inputScale(int call) {
        return 1 / total(levels[call]);
    }

    private double total(double sigma) {
        return Math.sqrt(sigma * sigma + options.sigmaData() * options.sigmaData());
    }

    @Override
    protected void advance(int call, float[] prediction) {
        double sigma = levels[call];
        double data = options.sigmaData();
        double above = sigma - options.sigmaMin();
        // So that the model is the identity at the smallest level.
        double skip = data * data / (above * above + data * data);
        new Linear(skip, above * data / total(sigma)).apply(x, prediction, clean);
        options.clipping().apply(clean, samples);
        double next = levels[call + 1];
        double added = options.noise() * Math.sqrt(Math.max(0, next * next - options.sigmaMin() * options.sigmaMin()));
        float[] fresh = call + 1 < calls() ? draw() : null;
        for (int i = 0; i < x.length; i++) {
            x[i] = clean[i] + (fresh == null ? 0 : added * fresh[i]);
        }
    }
}
