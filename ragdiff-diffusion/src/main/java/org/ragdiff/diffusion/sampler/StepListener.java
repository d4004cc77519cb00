package org.ragdiff.diffusion.sampler;

/** Watches a run; called on the sampling thread. */
@FunctionalInterface
public interface StepListener {
    StepListener NONE = step -> {};

    /**
     * After each call of the denoiser.
     *
     * @param step where the run stands; not to be kept
     */
    void onStep(SamplingStep step);
}
