package org.ragdiff.diffusion.sampler;

/** Heun's method (Karras et al. 2022, algorithm 1): the mean of the slopes at both ends of a step. */
final class HeunRun extends PairedRun {
    private final HeunOptions options;
    private final double[] slope;

    HeunRun(HeunOptions options, TrainedProcess process, RunRequest request) {
        super(process, request, ExplodingLevels.of("heun", process, options.levels(), request.steps(), false));
        this.options = options;
        slope = new double[request.size()];
    }

    @Override
    public double[] sigmas() {
        return java.util.Arrays.copyOf(Kdpm2AncestralRun.doubled(levels.sigmas()), 2 * levels.timesteps().length);
    }

    @Override
    double secondSigma(int level) {
        return sigma(level + 1);
    }

    @Override
    double secondTimestep(int level) {
        return levels.timesteps()[level + 1];
    }

    @Override
    void first(int level, float[] prediction) {
        double sigma = sigma(level);
        estimate(sigma, prediction);
        options.clipping().apply(clean, samples);
        for (int i = 0; i < x.length; i++) {
            slope[i] = (x[i] - clean[i]) / sigma;
            x[i] += slope[i] * (sigma(level + 1) - sigma);
        }
    }

    @Override
    void second(int level, float[] prediction) {
        double next = sigma(level + 1);
        estimate(next, prediction);
        options.clipping().apply(clean, samples);
        double half = (next - sigma(level)) / 2;
        for (int i = 0; i < x.length; i++) {
            x[i] = anchor[i] + (slope[i] + (x[i] - clean[i]) / next) * half;
        }
    }
}
