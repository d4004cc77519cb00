package org.ragdiff.diffusion.sampler;

/** DPM-Solver-2 (Lu et al. 2022, algorithm 1) in σ: the slope half-way in log σ (k-diffusion's sample_dpm_2). */
final class Kdpm2Run extends PairedRun {
    private final TrainedSigmas trained;

    Kdpm2Run(Kdpm2Options options, TrainedProcess process, RunRequest request) {
        super(process, request, ExplodingLevels.of("kdpm2", process, options.levels(), request.steps(), true));
        trained = new TrainedSigmas(process.requirePreserving("kdpm2"));
    }

    @Override
    public double[] sigmas() {
        return Kdpm2AncestralRun.doubled(levels.sigmas());
    }

    @Override
    double secondSigma(int level) {
        return Math.sqrt(sigma(level) * sigma(level + 1));
    }

    @Override
    double secondTimestep(int level) {
        return trained.timestepOf(secondSigma(level));
    }

    @Override
    void first(int level, float[] prediction) {
        estimate(sigma(level), prediction);
        boolean last = level == levels.timesteps().length - 1;
        moveAnchor(sigma(level), (last ? sigma(level + 1) : secondSigma(level)) - sigma(level));
    }

    @Override
    void second(int level, float[] prediction) {
        double middle = secondSigma(level);
        estimate(middle, prediction);
        moveAnchor(middle, sigma(level + 1) - sigma(level));
    }
}
