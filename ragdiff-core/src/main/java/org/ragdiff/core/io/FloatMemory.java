package org.ragdiff.core.io;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.HostAccess;

/**
 * Block copies between float[] and the off-heap memory of float32 arrays in dense 'c' order, at
 * memory speed (element setters are hundreds of times slower).
 */
public final class FloatMemory {
    private FloatMemory() {}

    /** A new 'c' order float32 array of the shape with the values (copied). */
    public static INDArray array(float[] values, long... shape) {
        long n = 1;
        for (long d : shape) {
            n = Math.multiplyExact(n, d);
        }
        if (n != values.length) {
            throw new IllegalArgumentException(
                    values.length + " values for shape " + Arrays.toString(shape) + ", expected " + n);
        }
        if (n == 0) {
            return Nd4j.create(DataType.FLOAT, shape);
        }
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
        put(array, 0, values, values.length);
        return array;
    }

    /**
     * Writes {@code values[0..count)} into the array.
     *
     * @param array float32, dense 'c' order; modified
     * @param at linear index of the first element to write
     */
    public static void put(INDArray array, long at, float[] values, int count) {
        check(array, at, count);
        if (count > 0) {
            HostAccess.writing(array);
            pointer(array, at).put(values, 0, count);
        }
    }

    /**
     * Reads {@code count} values from the array into {@code values}.
     *
     * @param array float32, dense 'c' order; not modified
     * @param at linear index of the first element to read
     */
    public static void get(INDArray array, long at, float[] values, int count) {
        check(array, at, count);
        if (count > 0) {
            HostAccess.reading(array);
            pointer(array, at).get(values, 0, count);
        }
    }

    /** A copy of all values in 'c' order, from any real type, order or view. */
    public static float[] toArray(INDArray array) {
        INDArray dense = dense(array);
        if (dense.length() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(dense.length() + " values do not fit one float[]");
        }
        float[] values = new float[(int) dense.length()];
        get(dense, 0, values, values.length);
        return values;
    }

    /** The array itself if it is float32 in dense 'c' order, otherwise a copy that is. */
    public static INDArray dense(INDArray array) {
        HostAccess.reading(array);
        INDArray f = array.dataType() == DataType.FLOAT ? array : array.castTo(DataType.FLOAT);
        return isDense(f) ? f : f.dup('c');
    }

    /** Whether an array is float32 in dense 'c' order. */
    static boolean isPlain(INDArray array) {
        return array.dataType() == DataType.FLOAT && isDense(array);
    }

    private static boolean isDense(INDArray array) {
        long expected = 1;
        for (int d = array.rank() - 1; d >= 0; d--) {
            if (array.size(d) != 1 && array.stride(d) != expected) {
                return false;
            }
            expected *= array.size(d);
        }
        return true;
    }

    private static void check(INDArray array, long at, int count) {
        if (!isPlain(array)) {
            throw new IllegalArgumentException(
                    "expected a float32 array in dense 'c' order, got " + array.shapeInfoToString());
        }
        if (at < 0 || count < 0 || at + count > array.length()) {
            throw new IndexOutOfBoundsException(
                    "elements " + at + " to " + (at + count) + " of an array of " + array.length());
        }
    }

    private static FloatPointer pointer(INDArray array, long at) {
        Pointer memory = array.data().pointer();
        long from = array.offset() + at;
        return new FloatPointer(memory)
                .capacity(array.offset() + array.length())
                .position(from);
    }
}
