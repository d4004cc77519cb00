package org.ragdiff.diffusion.sampler;

/**
 * DPM-Solver-2 in σ down to a level below the next one, and fresh noise up to it (k-diffusion's
 * sample_dpm_2_ancestral).
 */
final class Kdpm2AncestralRun extends PairedRun {
    private final TrainedSigmas trained;

    Kdpm2AncestralRun(Kdpm2AncestralOptions options, TrainedProcess process, RunRequest request) {
        super(process, request, ExplodingLevels.of("kdpm2-a", process, options.levels(), request.steps(), true));
        trained = new TrainedSigmas(process.requirePreserving("kdpm2-a"));
    }

    /** diffusers' table: the first level, all others and the final one twice, the final one again. */
    static double[] doubled(double[] sigmas) {
        double[] out = new double[2 * sigmas.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = sigmas[Math.min((i + 1) / 2, sigmas.length - 1)];
        }
        return out;
    }

    @Override
    public double[] sigmas() {
        return doubled(levels.sigmas());
    }

    @Override
    double secondSigma(int level) {
        return Math.sqrt(sigma(level) * step(level).down());
    }

    private Ancestral step(int level) {
        return Ancestral.of(sigma(level), sigma(level + 1));
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
        Ancestral step = step(level);
        moveAnchor(middle, step.down() - sigma(level));
        float[] fresh = draw();
        for (int i = 0; i < x.length; i++) {
            x[i] += step.up() * fresh[i];
        }
    }
}
