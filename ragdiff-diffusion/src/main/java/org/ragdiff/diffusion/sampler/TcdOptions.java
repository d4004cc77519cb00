package org.ragdiff.diffusion.sampler;

/**
 * Settings of trajectory consistency sampling; the names are those of diffusers' TCDScheduler.
 *
 * @param originalSteps of the solver that the model was distilled from
 * @param eta share of each step that is made by noise rather than by the network, γ in the paper, in [0, 1]
 */
public record TcdOptions(int originalSteps, double eta) implements SamplerOptions {
    public TcdOptions {
        DistilledTimesteps.requireOriginal(originalSteps);
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta must be in [0, 1], got " + eta);
        }
    }

    public static TcdOptions defaults() {
        return new TcdOptions(50, 0.3);
    }

    public TcdOptions withOriginalSteps(int steps) {
        return new TcdOptions(steps, eta);
    }

    public TcdOptions withEta(double newEta) {
        return new TcdOptions(originalSteps, newEta);
    }

    @Override
    public String className() {
        return "TCDScheduler";
    }

    @Override
    public SamplerRun run(TrainedProcess process, RunRequest request) {
        return new TcdRun(this, process, request);
    }
}
