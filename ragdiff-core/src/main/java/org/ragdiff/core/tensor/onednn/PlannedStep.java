package org.ragdiff.core.tensor.onednn;

/**
 * One operation of an {@link OneDnnPlan}: compiled, with fixed operands. Steps of a plan run one after the
 * other and share scratch memory. Not thread-safe.
 */
interface PlannedStep extends AutoCloseable {
    /** Scratch memory it needs while it runs. */
    default long scratchBytes() {
        return 0;
    }

    /** Told once, before the first run, where the scratch memory lies. */
    default void bind(long scratch) {}

    /** Allocates nothing on the heap. */
    void run(ExecutionState s);

    @Override
    default void close() {}
}
