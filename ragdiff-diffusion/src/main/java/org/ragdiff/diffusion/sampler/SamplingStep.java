package org.ragdiff.diffusion.sampler;

/** What a {@link StepListener} sees after a call of the denoiser. The same object for all calls of a run. */
public final class SamplingStep {
    private final SamplerRun run;
    private final Latents latents;
    private final Latents clean;
    private final int first;
    private int step = -1;
    private boolean stopped;

    SamplingStep(SamplerRun run, int first) {
        this.run = run;
        this.first = first;
        latents = run.view();
        clean = run.estimate();
    }

    void advance() {
        step++;
    }

    /** Whether {@link #stop} was called. */
    public boolean stopped() {
        return stopped;
    }

    /** Calls of the denoiser before this one. Samplers of second order call it twice a step. */
    public int step() {
        return step;
    }

    /** Calls of the denoiser in all. */
    public int steps() {
        return run.calls() - first;
    }

    /** What the denoiser was called with. */
    public double timestep() {
        return run.timestep(first + step);
    }

    /** The latents after this step, in the sampler's own scale. */
    public Latents latents() {
        return latents;
    }

    /** The estimate of the clean latents that this step was made from. */
    public Latents clean() {
        return clean;
    }

    /** Ends the run: its result are the latents as they are now. */
    public void stop() {
        stopped = true;
    }
}
