package org.ragdiff.diffusion.sampler;

/**
 * Euler's method down to a level below the next one, and fresh noise up to it (k-diffusion's
 * sample_euler_ancestral).
 */
final class EulerAncestralRun extends ExplodingRun {
    EulerAncestralRun(EulerAncestralOptions options, TrainedProcess process, RunRequest request) {
        super(process, request, ExplodingLevels.of("euler-a", process, options.levels(), request.steps(), false));
    }

    @Override
    protected void advance(int call, float[] prediction) {
        double sigma = sigma(call);
        estimate(sigma, prediction);
        Ancestral step = Ancestral.of(sigma, sigma(call + 1));
        double share = (step.down() - sigma) / sigma;
        float[] fresh = draw();
        for (int i = 0; i < x.length; i++) {
            x[i] += (x[i] - clean[i]) * share + step.up() * fresh[i];
        }
    }
}
