package org.ragdiff.core.tensor;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Bulk copies between contiguous float32 arrays off the heap and Java arrays. */
public final class HostArrays {
    private HostArrays() {}

    /** A copy of all elements in 'c' order. */
    public static float[] read(INDArray a) {
        float[] out = new float[Math.toIntExact(a.length())];
        read(a, 0, out, 0, out.length);
        return out;
    }

    /** Copies {@code count} elements from element {@code from} of a contiguous array. */
    public static void read(INDArray a, long from, float[] out, int to, int count) {
        requireRange(a, from, count);
        HostAccess.reading(a);
        pointer(a, from).get(out, to, count);
    }

    /** The first of {@code count} elements from element {@code from} on that is NaN or infinite, or -1. */
    public static long firstNonFinite(INDArray a, long from, long count) {
        float[] chunk = new float[(int) Math.min(1 << 14, count)];
        for (long at = from; at < from + count; at += chunk.length) {
            int n = (int) Math.min(chunk.length, from + count - at);
            read(a, at, chunk, 0, n);
            for (int i = 0; i < n; i++) {
                if (!Float.isFinite(chunk[i])) {
                    return at + i;
                }
            }
        }
        return -1;
    }

    /** The value of an array of one element. */
    public static float readScalar(INDArray a) {
        float[] one = new float[1];
        read(a, 0, one, 0, 1);
        return one[0];
    }

    /** Overwrites the first element. */
    public static void writeScalar(INDArray a, double value) {
        write(a, 0, new float[] {(float) value}, 0, 1);
    }

    /** Overwrites all elements of a contiguous array. */
    public static void write(INDArray a, float[] values) {
        if (values.length != a.length()) {
            throw new IllegalArgumentException(
                    values.length + " values for an array of shape " + Arrays.toString(a.shape()));
        }
        write(a, 0, values, 0, values.length);
    }

    /** Overwrites {@code count} elements from element {@code to} on. */
    public static void write(INDArray a, long to, float[] values, int from, int count) {
        requireRange(a, to, count);
        HostAccess.writing(a, count == a.length());
        pointer(a, to).put(values, from, count);
    }

    /** Copies {@code count} elements between contiguous arrays that do not overlap, off the heap. */
    public static void copy(INDArray source, long from, INDArray target, long to, long count) {
        requireRange(source, from, count);
        requireRange(target, to, count);
        HostAccess.reading(source);
        HostAccess.writing(target, count == target.length());
        Pointer.memcpy(pointer(target, to), pointer(source, from), count * Float.BYTES);
    }

    /** Sets {@code count} elements of a contiguous array to zero. */
    public static void zero(INDArray a, long from, long count) {
        requireRange(a, from, count);
        HostAccess.writing(a, count == a.length());
        Pointer.memset(pointer(a, from), 0, count * Float.BYTES);
    }

    /**
     * The address of an element. A position would not do: memcpy counts it in bytes. Not to be closed:
     * closing a copy of a pointer frees what the original points at.
     */
    private static FloatPointer pointer(INDArray a, long element) {
        return new FloatPointer(a.data().pointer()).getPointer(a.offset() + element);
    }

    private static void requireRange(INDArray a, long from, long count) {
        if (from < 0 || count < 0 || from + count > a.length()) {
            throw new IndexOutOfBoundsException(
                    "elements " + from + " to " + (from + count) + " of an array of " + a.length());
        }
    }
}
