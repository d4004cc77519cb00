package org.ragdiff.diffusion.sampler;

/**
 * Turns noise into latents by asking a denoiser again and again. Immutable and thread-safe: everything that
 * changes over a run is in its {@link SamplerRun}.
 */
public interface Sampler {
    /** Name for configuration files and the command line, such as {@code ddim}. */
    String name();

    /** A run of its own, not yet begun. */
    SamplerRun run(RunRequest request);

    /**
     * @param start pure noise or an image
     * @param samples latents in the batch
     * @param noise for stochastic samplers; may be null for others
     * @return clean latents, or the latents as they were when the listener stopped the run
     * @throws IllegalStateException if the denoiser returns NaN or infinities
     */
    default float[] sample(
            NoisePredictor model, Start start, int samples, Steps steps, NoiseSource noise, StepListener listener) {
        SamplerRun run = run(new RunRequest(steps, start.strength(), start.noise().length, samples, noise));
        run.begin(start);
        float[] input = new float[start.noise().length];
        float[] prediction = new float[input.length];
        SamplingStep step = new SamplingStep(run, run.firstCall());
        while (run.call() < run.calls() && !step.stopped()) {
            run.input(input);
            model.predict(input, run.timestep(run.call()), prediction);
            run.step(prediction);
            step.advance();
            listener.onStep(step);
        }
        return run.latents();
    }

    /** From pure noise, with a number of steps. */
    default float[] sample(
            NoisePredictor model, float[] start, int samples, int steps, NoiseSource noise, StepListener listener) {
        return sample(model, Start.fromNoise(start), samples, Steps.of(steps), noise, listener);
    }
}
