package org.ragdiff.diffusion.unet;

/** Training batches for {@link DiffusionObjective}. */
@FunctionalInterface
public interface DiffusionBatchSource {
    /** The batch of a step, a function of the arguments alone; the arrays are the caller's own. */
    DiffusionBatch batch(long seed, long step, int size);
}
