package org.ragdiff.diffusion.sampler;

/** Watches a run; called on the sampling thread. */
@FunctionalInterface
public interface StepListener {
    StepListener NONE = (step, steps, timestep, x) -> {};

    /**
     * After each step.
     *
     * @param step counted from 0
     * @param steps in all
     * @param timestep that the step started from
     * @param x latents after the step; not to be modified or kept
     */
    void onStep(int step, int steps, double timestep, float[] x);
}
