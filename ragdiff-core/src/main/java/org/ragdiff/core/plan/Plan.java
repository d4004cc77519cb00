package org.ragdiff.core.plan;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@link Graph} made ready to run again and again: memory is laid out, primitives are compiled, weights
 * are in the provider's own layout. A run allocates nothing. Used by one thread at a time.
 */
public interface Plan extends AutoCloseable {
    /**
     * Copies an input in.
     *
     * @param name of an input of the graph
     * @param values float32, contiguous 'c' order, of the input's size; not kept
     * @throws IllegalArgumentException for an unknown name, another size or another type
     */
    void set(String name, INDArray values);

    /** As {@link #set(String, INDArray)}, row-major. */
    void set(String name, float[] values);

    /**
     * Computes the outputs. Inputs stay as they are; what depends on conditions alone is computed again only
     * if a condition was set since the last run.
     *
     * @throws IllegalStateException if an input was never set, or the plan is closed
     */
    void run();

    /** An output of the last run: a view, overwritten by the next one. */
    INDArray output(String name);

    PlanMemory memory();

    /** Frees the plan's memory; views of outputs are invalid then. */
    @Override
    void close();
}
