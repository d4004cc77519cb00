package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;

/**
 * Euler's method for rectified flows (Lipman et al. 2023; Esser et al. 2024): x = (1 − σ) x₀ + σ ε, whose velocity
 * ε − x₀ the network predicts.
 */
final class FlowMatchRun extends SamplerRun {
    private final FlowMatchOptions options;
    private final double[] levels;
    private final int trainSteps;
    private final int first;

    static FlowMatchRun of(FlowMatchOptions options, TrainedProcess process, RunRequest request) {
        requireFlow("flow-euler", process);
        return new FlowMatchRun(options, process, request, levels(options, process.trainSteps(), request.steps()));
    }

    static void requireFlow(String name, TrainedProcess process) {
        if (process.prediction() != PredictionType.FLOW) {
            throw new IllegalArgumentException(
                    name + " is for models that predict FLOW, this one predicts " + process.prediction());
        }
    }

    private FlowMatchRun(FlowMatchOptions options, TrainedProcess process, RunRequest request, double[] levels) {
        super(request);
        this.options = options;
        this.levels = levels;
        trainSteps = process.trainSteps();
        first = request.skipped(levels.length - 1);
    }

    /** σ of each call, and the one after the last. */
    static double[] levels(FlowMatchOptions options, int train, Steps steps) {
        double[] own = steps.sigmas();
        double[] sigmas = own != null ? own : even(options, train, steps.requireCount("a flow"));
        options.shift().apply(sigmas, steps.mu());
        int n = sigmas.length;
        if (options.sigmaSpacing() != SigmaSpacing.STEPS) {
            sigmas = SigmaRamp.of(options.sigmaSpacing(), sigmas[0], sigmas[n - 1], n);
        }
        double[] out = new double[n + 1];
        for (int i = 0; i < n; i++) {
            out[i] = options.invert() ? 1 - (float) sigmas[i] : (float) sigmas[i];
        }
        out[n] = options.invert() ? 1 : 0;
        return out;
    }

    /** Evenly between the trained ends, which a fixed shift has moved already. */
    private static double[] even(FlowMatchOptions options, int train, int n) {
        double[] ends = {1, 1.0 / train};
        if (options.shift().timeShift() == FlowSigmas.TimeShift.NONE) {
            FlowSigmas.shifted(options.shift().shift()).apply(ends, 0);
        }
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = n == 1 ? ends[0] : ends[0] + i * ((ends[1] - ends[0]) / (n - 1));
        }
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
        return levels[call] * trainSteps;
    }

    @Override
    public double signal(int call) {
        return 1 - levels[call];
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
    protected void advance(int call, float[] prediction) {
        new Linear(1, -levels[call]).apply(x, prediction, clean);
        double next = levels[call + 1];
        if (options.stochastic()) {
            float[] fresh = draw();
            for (int i = 0; i < x.length; i++) {
                x[i] = (1 - next) * clean[i] + next * fresh[i];
            }
        } else {
            double distance = next - levels[call];
            for (int i = 0; i < x.length; i++) {
                x[i] += distance * prediction[i];
            }
        }
    }
}
