package org.ragdiff.retrieval.structurenet;

/** An endless sequence of samples, each a function of its index alone. Thread-safe. */
@FunctionalInterface
public interface StructureSampleSource {
    /** @param index 0 or larger; neighbouring indices should show different garments */
    StructureSample sample(long index);
}
