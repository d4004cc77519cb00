package org.ragdiff.diffusion.sampler;

/** DDIM (Song, Meng and Ermon 2021, "Denoising Diffusion Implicit Models", equation 12). */
final class DdimRun extends PreservingRun {
    private final DdimOptions options;
    private final int stride;
    private final double[] eps;

    DdimRun(DdimOptions options, TrainedProcess process, RunRequest request) {
        super(
                "ddim",
                process,
                request,
                options.timestepSpacing()
                        .timesteps(process.trainSteps(), request.steps().requireCount("ddim"), options.stepsOffset()),
                request.skipped(request.steps().count()));
        this.options = options;
        stride = process.trainSteps() / request.steps().count();
        eps = new double[request.size()];
    }

    @Override
    protected void advance(int call, float[] prediction) {
        double alpha = signal(call);
        double sigma = noise(call);
        estimate(call, prediction, options.clipping());
        if (options.useClippedModelOutput() && options.clipping().changes()) {
            for (int i = 0; i < eps.length; i++) {
                eps[i] = (x[i] - alpha * clean[i]) / sigma;
            }
        } else {
            Conversion.noise(type, alpha, sigma).apply(x, prediction, eps);
        }
        int previous = at(call) - stride;
        double end = options.setAlphaToOne() ? 1 : schedule.alphaCumprod(0);
        double next = previous >= 0 ? schedule.alphaCumprod(previous) : end;
        double alphaBar = schedule.alphaCumprod(at(call));
        double variance = (1 - next) / (1 - alphaBar) * (1 - alphaBar / next);
        double deviation = options.eta() * Math.sqrt(Math.max(0, variance));
        double direction = Math.sqrt(Math.max(0, 1 - next - deviation * deviation));
        double scale = Math.sqrt(next);
        float[] fresh = options.eta() > 0 ? draw() : null;
        for (int i = 0; i < x.length; i++) {
            x[i] = scale * clean[i] + direction * eps[i] + (fresh == null ? 0 : deviation * fresh[i]);
        }
    }
}
