package org.ragdiff.diffusion.sampler;

/**
 * Remembers the estimate of the clean latents if another listener stops the run: its latents still have noise in them.
 * For one run.
 */
public final class StoppedEstimate implements StepListener {
    private final StepListener inner;
    private float[] clean;

    /** @param inner told of each step first */
    public StoppedEstimate(StepListener inner) {
        this.inner = inner;
    }

    @Override
    public void onStep(SamplingStep step) {
        inner.onStep(step);
        if (step.stopped()) {
            clean = step.clean().toArray();
        }
    }

    /** The estimate if the run was stopped, else what it returned. */
    public float[] or(float[] latents) {
        return clean == null ? latents : clean;
    }
}
