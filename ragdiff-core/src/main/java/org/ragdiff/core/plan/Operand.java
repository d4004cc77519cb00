package org.ragdiff.core.plan;

import java.util.Arrays;

/**
 * A contiguous 'c'-order array inside a storage.
 *
 * @param offset of its first element
 */
public record Operand(Storage storage, long offset, long... shape) {
    public Operand {
        shape = shape.clone();
        if (offset < 0 || offset + length(shape) > storage.floats()) {
            throw new IllegalArgumentException(
                    "array " + Arrays.toString(shape) + " at " + offset + " does not lie inside " + storage);
        }
    }

    private static long length(long[] shape) {
        long n = 1;
        for (long s : shape) {
            n *= s;
        }
        return n;
    }

    public long length() {
        return length(shape);
    }

    public long size(int dimension) {
        return shape[dimension];
    }

    public int rank() {
        return shape.length;
    }

    /** The last dimension. */
    public long channels() {
        return shape[shape.length - 1];
    }

    /** Whether it is all of its storage. */
    public boolean isWhole() {
        return offset == 0 && length() == storage.floats();
    }

    /** The same elements in another shape. */
    public Operand reshaped(long... newShape) {
        Operand o = new Operand(storage, offset, newShape);
        if (o.length() != length()) {
            throw new IllegalArgumentException(
                    Arrays.toString(shape) + " has another size than " + Arrays.toString(newShape));
        }
        return o;
    }

    @Override
    public String toString() {
        return storage + "+" + offset + Arrays.toString(shape);
    }
}
