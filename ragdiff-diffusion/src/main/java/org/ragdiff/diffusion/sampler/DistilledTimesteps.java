package org.ragdiff.diffusion.sampler;

/** Timesteps that a distilled model knows: every k-th training timestep, of which a run takes some evenly. */
final class DistilledTimesteps {
    private DistilledTimesteps() {}

    static int[] of(String name, TrainedProcess process, int ownOriginal, RunRequest request) {
        int train = process.trainSteps();
        Steps steps = request.steps();
        int original = steps.originalSteps() > 0 ? steps.originalSteps() : ownOriginal;
        if (original > train) {
            throw new IllegalArgumentException(
                    "originalSteps must be at most the " + train + " training timesteps, got " + original);
        }
        int[] own = steps.timestepsOrNull(name, train);
        if (own != null) {
            int from = request.skipped(own.length);
            return java.util.Arrays.copyOfRange(own, from, own.length);
        }
        int known = (int) (original * request.strength());
        int n = steps.count();
        if (n > known) {
            throw new IllegalArgumentException(name + " takes at most " + known + " steps here (" + original
                    + " original steps, strength " + request.strength() + "), got " + n);
        }
        int stride = train / original;
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
            out[i] = (known - (int) Math.floor(i * ((double) known / n))) * stride - 1;
        }
        return out;
    }

    static void requireOriginal(int originalSteps) {
        if (originalSteps < 1 || originalSteps > 1_000_000) {
            throw new IllegalArgumentException("originalSteps must be in [1, 1000000], got " + originalSteps);
        }
    }
}
