package org.ragdiff.core.io;

import java.util.Arrays;

/**
 * What a safetensors header says of a tensor.
 *
 * @param shape not copied, not to be modified; empty for a scalar
 * @param begin first byte, counted from the start of the file's data
 * @param end byte after the last
 */
public record TensorInfo(String name, Dtype dtype, long[] shape, long begin, long end) {
    /** Number of elements. */
    public long length() {
        long n = 1;
        for (long d : shape) {
            n = Math.multiplyExact(n, d);
        }
        return n;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof TensorInfo t
                && t.name.equals(name)
                && t.dtype == dtype
                && Arrays.equals(t.shape, shape)
                && t.begin == begin
                && t.end == end;
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return "tensor \"" + name + "\" " + dtype + Arrays.toString(shape) + " at bytes " + begin + " to " + end;
    }
}
