package org.ragdiff.core.plan;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A block of float32 memory that operations of a {@link Graph} read and write. Identity counts: two storages
 * never overlap.
 */
public final class Storage {
    /** Who writes it, and when. */
    public enum Role {
        /** The caller, before each run. */
        INPUT,
        /** The caller, once for many runs; what depends on conditions and constants alone is computed once. */
        CONDITION,
        /** Weights and tables, never written. */
        CONSTANT,
        /** Operations of the graph. */
        COMPUTED
    }

    private final int id;
    private final Role role;
    private final long floats;
    private final INDArray constant;

    Storage(int id, Role role, long floats, INDArray constant) {
        this.id = id;
        this.role = role;
        this.floats = floats;
        this.constant = constant;
    }

    /** Position in {@link Graph#storages()}. */
    public int id() {
        return id;
    }

    public Role role() {
        return role;
    }

    /** Size in float32 elements. */
    public long floats() {
        return floats;
    }

    /** The array that holds a constant, flat; null for every other role. */
    public INDArray constant() {
        return constant;
    }

    @Override
    public String toString() {
        return role + "#" + id + "[" + floats + "]";
    }
}
