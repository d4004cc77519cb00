package org.ragdiff.diffusion.sampler;

/** Strategic stochastic sampling (Zheng et al. 2024, "Trajectory Consistency Distillation", algorithm 4). */
final class TcdRun extends PreservingRun {
    private final TcdOptions options;
    private final double[] eps;

    TcdRun(TcdOptions options, TrainedProcess process, RunRequest request) {
        super("tcd", process, request, DistilledTimesteps.of("tcd", process, options.originalSteps(), request), 0);
        this.options = options;
        eps = new double[request.size()];
    }

    @Override
    protected void advance(int call, float[] prediction) {
        estimate(call, prediction, Clipping.NONE);
        Conversion.noise(type, signal(call), noise(call)).apply(x, prediction, eps);
        boolean last = call == calls() - 1;
        int next = last ? 0 : at(call + 1);
        double between = schedule.alphaCumprod((int) Math.floor((1 - options.eta()) * next));
        boolean stochastic = options.eta() > 0 && !last;
        double ratio = stochastic ? schedule.alphaCumprod(next) / between : 1;
        double ofClean = Math.sqrt(between * ratio);
        double ofNoise = Math.sqrt((1 - between) * ratio);
        double deviation = Math.sqrt(1 - ratio);
        float[] fresh = stochastic ? draw() : null;
        for (int i = 0; i < x.length; i++) {
            x[i] = ofClean * clean[i] + ofNoise * eps[i] + (fresh == null ? 0 : deviation * fresh[i]);
        }
    }
}
