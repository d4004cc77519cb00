package org.ragdiff.diffusion.vae;

/** Batches of images to train a {@link Vae} on. */
public interface StandardImages {
    /** Side of the square images in pixels. */
    int side();

    /**
     * The batch of a step, a function of the arguments alone.
     *
     * @return [size, side, side, 3] in [-1, 1], row-major, the caller's own
     */
    float[] batch(long seed, long step, int size);
}
