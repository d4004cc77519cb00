package org.ragdiff.diffusion.sampler;

/** Multistep consistency sampling (Luo et al. 2023, "Latent Consistency Models", algorithm 3). */
final class LcmRun extends PreservingRun {
    private static final double SIGMA_DATA = 0.5;

    private final LcmOptions options;

    LcmRun(LcmOptions options, TrainedProcess process, RunRequest request) {
        super("lcm", process, request, DistilledTimesteps.of("lcm", process, options.originalSteps(), request), 0);
        this.options = options;
    }

    @Override
    protected void advance(int call, float[] prediction) {
        estimate(call, prediction, options.clipping());
        double scaled = at(call) * options.timestepScaling();
        double skip = SIGMA_DATA * SIGMA_DATA / (scaled * scaled + SIGMA_DATA * SIGMA_DATA);
        double out = scaled / Math.sqrt(scaled * scaled + SIGMA_DATA * SIGMA_DATA);
        for (int i = 0; i < x.length; i++) {
            clean[i] = out * clean[i] + skip * x[i];
        }
        boolean last = call == calls() - 1;
        float[] fresh = last ? null : draw();
        double signal = last ? 1 : signal(call + 1);
        double noise = last ? 0 : noise(call + 1);
        for (int i = 0; i < x.length; i++) {
            x[i] = signal * clean[i] + (last ? 0 : noise * fresh[i]);
        }
    }
}
