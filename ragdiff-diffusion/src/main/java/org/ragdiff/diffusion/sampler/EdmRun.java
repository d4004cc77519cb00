package org.ragdiff.diffusion.sampler;

import org.ragdiff.core.Denoiser.PredictionType;

/**
 * Euler's method for networks with the preconditioning of Karras et al. 2022, table 1: they see x / √(σ² + σ_d²)
 * and ¼ log σ, and their output is scaled onto the latents.
 */
final class EdmRun extends SamplerRun {
    private final EdmOptions options;
    private final PredictionType type;
    private final double[] levels;
    private final int first;

    EdmRun(EdmOptions options, TrainedProcess process, RunRequest request) {
        super(request);
        this.options = options;
        type = process.prediction();
        if (process.schedule() != null || type != PredictionType.EPSILON && type != PredictionType.V) {
            throw new IllegalArgumentException("edm-euler is for models of continuous noise levels with EPSILON or V "
                    + "prediction; this one predicts " + type
                    + (process.schedule() == null ? "" : " and was trained on betas: use euler"));
        }
        int n = request.steps().requireCount("edm-euler");
        double[] ramp = options.sigmaSpacing() == SigmaSpacing.KARRAS
                ? SigmaRamp.karras(options.sigmaMax(), options.sigmaMin(), n, options.rho())
                : SigmaRamp.exponential(options.sigmaMax(), options.sigmaMin(), n);
        levels = new double[n + 1];
        for (int i = 0; i < n; i++) {
            levels[i] = (float) ramp[i];
        }
        levels[n] = options.endAtZero() ? 0 : levels[n - 1];
        first = request.skipped(n);
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
        return 0.25 * Math.log(levels[call]);
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
        return Math.sqrt(options.sigmaMax() * options.sigmaMax() + 1);
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
        double raised = options.churn().raised(sigma, levels.length - 1);
        if (raised > sigma) {
            double added = options.churn().noise() * Math.sqrt(raised * raised - sigma * sigma);
            float[] fresh = draw();
            for (int i = 0; i < x.length; i++) {
                x[i] += added * fresh[i];
            }
        }
        double data = options.sigmaData();
        double total = total(raised);
        double out = (type == PredictionType.V ? -raised : raised) * data / total;
        new Linear(data * data / (total * total), out).apply(x, prediction, clean);
        double share = (levels[call + 1] - raised) / raised;
        for (int i = 0; i < x.length; i++) {
            x[i] += (x[i] - clean[i]) * share;
        }
    }
}
