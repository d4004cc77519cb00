package org.ragdiff.diffusion.sampler;

/**
 * A run of two calls for each level but the last: at the level itself, then at one that the first call leads to.
 */
abstract class PairedRun extends ExplodingRun {
    /** The latents at the level, for the second call. */
    final double[] anchor;

    PairedRun(TrainedProcess process, RunRequest request, ExplodingLevels levels) {
        super(process, request, levels);
        anchor = new double[request.size()];
    }

    /** The level of the second call. */
    abstract double secondSigma(int level);

    abstract double secondTimestep(int level);

    abstract void first(int level, float[] prediction);

    abstract void second(int level, float[] prediction);

    @Override
    public final int calls() {
        return 2 * levels.timesteps().length - 1;
    }

    @Override
    public final int firstCall() {
        return 2 * super.firstCall();
    }

    @Override
    public final double timestep(int call) {
        return call % 2 == 0 ? levels.timesteps()[call / 2] : secondTimestep(call / 2);
    }

    /** Noise for a second call goes up to the level after it, as in diffusers. */
    @Override
    public final double noise(int call) {
        return sigma((call + 1) / 2);
    }

    @Override
    protected final double inputScale(int call) {
        return inputScale(call % 2 == 0 ? sigma(call / 2) : secondSigma(call / 2));
    }

    @Override
    protected final void advance(int call, float[] prediction) {
        if (call % 2 == 0) {
            System.arraycopy(x, 0, anchor, 0, x.length);
            first(call / 2, prediction);
        } else {
            second(call / 2, prediction);
        }
    }

    /** Leaves x = anchor + (x − clean) / σ · distance. */
    final void moveAnchor(double sigma, double distance) {
        double share = distance / sigma;
        for (int i = 0; i < x.length; i++) {
            x[i] = anchor[i] + (x[i] - clean[i]) * share;
        }
    }
}
