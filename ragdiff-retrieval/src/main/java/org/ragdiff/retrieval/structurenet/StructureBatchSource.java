package org.ragdiff.retrieval.structurenet;

/** Training batches. */
@FunctionalInterface
public interface StructureBatchSource {
    /** The batch of a step, a function of the step alone. */
    StructureBatch batch(long step);
}
