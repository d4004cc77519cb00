package org.ragdiff.diffusion.sampler;

/**
 * One run of a sampler: everything that changes while latents are sampled. The denoiser is called with
 * {@link #input} and {@link #timestep}, its prediction goes to {@link #step}; arrays are allocated once. Not
 * thread-safe.
 */
public abstract class SamplerRun {
    /** The latents, row-major over the batch. */
    protected final double[] x;
    /** The estimate of the clean latents that the latest step was made from. */
    protected final double[] clean;
    /** Latents in the batch. */
    protected final int samples;

    private final NoiseSource noise;
    private float[] drawn;
    private int call = -1;

    protected SamplerRun(RunRequest request) {
        x = new double[request.size()];
        clean = new double[request.size()];
        samples = request.samples();
        noise = request.noise();
    }

    /** Calls of the denoiser, counted from 0; those before {@link #firstCall} are left out. */
    public abstract int calls();

    /** The call that the run begins with: above 0 if its strength is below 1. */
    public abstract int firstCall();

    /** What the denoiser is called with. */
    public abstract double timestep(int call);

    /** α of x = α x₀ + σ ε at a call. */
    public abstract double signal(int call);

    /** σ of x = α x₀ + σ ε at a call. */
    public abstract double noise(int call);

    /** The noise levels that the sampler steps between, the final one included; empty if it has none. */
    public double[] sigmas() {
        return new double[0];
    }

    /** Standard deviation of the latents that a run from pure noise begins with. */
    public double startScale() {
        return 1;
    }

    /** Factor of the latents before the denoiser sees them. */
    protected double inputScale(int call) {
        return 1;
    }

    /** Moves {@link #x} on and leaves {@link #clean}. */
    protected abstract void advance(int call, float[] prediction);

    /** Sets the latents that the run begins with. */
    public final void begin(Start start) {
        int first = firstCall();
        double ofNoise = start.clean() == null ? startScale() : noise(first);
        double ofClean = start.clean() == null ? 0 : signal(first);
        if (start.noise().length != x.length) {
            throw new IllegalArgumentException(
                    "a start of " + start.noise().length + " values for a run of " + x.length);
        }
        for (int i = 0; i < x.length; i++) {
            x[i] = ofNoise * start.noise()[i] + (ofClean == 0 ? 0 : ofClean * start.clean()[i]);
        }
        call = first;
    }

    /** The next call. */
    public final int call() {
        if (call < 0) {
            throw new IllegalStateException("the run has not begun");
        }
        return call;
    }

    /** What the denoiser sees at the next call. */
    public final void input(float[] out) {
        double scale = inputScale(call());
        for (int i = 0; i < x.length; i++) {
            out[i] = (float) (scale * x[i]);
        }
    }

    /**
     * Uses the prediction for the next call.
     *
     * @param prediction as many values as the latents, finite; not modified
     */
    public final void step(float[] prediction) {
        int now = call();
        if (now >= calls()) {
            throw new IllegalStateException("the run has ended after " + calls() + " calls");
        }
        requireFinite(prediction, timestep(now));
        advance(now, prediction);
        call++;
    }

    /** A view of the latents. */
    public final Latents view() {
        return new Latents(x);
    }

    /** A view of the estimate of the clean latents that the latest step was made from. */
    public final Latents estimate() {
        return new Latents(clean);
    }

    /** The latents in an array of their own, rounded to float32. */
    public final float[] latents() {
        return view().toArray();
    }

    /** Fresh noise; overwritten by the next call. */
    protected final float[] draw() {
        if (noise == null) {
            throw new IllegalArgumentException("this sampler is stochastic and needs a noise source");
        }
        if (drawn == null) {
            drawn = new float[x.length];
        }
        noise.next(drawn);
        return drawn;
    }

    private void requireFinite(float[] prediction, double timestep) {
        if (prediction.length != x.length) {
            throw new IllegalStateException(
                    "the denoiser returned " + prediction.length + " values for " + x.length + " latents");
        }
        for (float v : prediction) {
            if (!Float.isFinite(v)) {
                throw new IllegalStateException("the denoiser returned " + v + " at timestep " + timestep
                        + "; its weights or the input are damaged");
            }
        }
    }
}
