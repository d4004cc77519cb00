package org.ragdiff.core.tensor.onednn;

import java.util.Arrays;

/** What a primitive was made for: an operation and its sizes, strides and options. Immutable. */
final class ShapeKey {
    private final String operation;
    private final long[] values;
    private final int hash;

    ShapeKey(String operation, long... values) {
        this.operation = operation;
        this.values = values;
        this.hash = 31 * operation.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ShapeKey k
                && k.hash == hash
                && k.operation.equals(operation)
                && Arrays.equals(k.values, values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return operation + Arrays.toString(values);
    }
}
