package org.ragdiff.eval.feature;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.Pointer;

/** A row-major float64 matrix outside of the heap, for BLAS and LAPACK. Not thread-safe; closed by its owner. */
final class NativeMatrix implements AutoCloseable {
    final int rows;
    final int columns;
    private final DoublePointer data;

    private NativeMatrix(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.data = new DoublePointer(Math.max(1, (long) rows * columns));
    }

    /** Of whatever was in memory. */
    static NativeMatrix uninitialised(int rows, int columns) {
        return new NativeMatrix(rows, columns);
    }

    static NativeMatrix zeros(int rows, int columns) {
        NativeMatrix m = new NativeMatrix(rows, columns);
        Pointer.memset(m.data, 0, Math.max(1, (long) rows * columns) * Double.BYTES);
        return m;
    }

    static NativeMatrix of(int rows, int columns, double[] values) {
        NativeMatrix m = new NativeMatrix(rows, columns);
        m.data.put(values, 0, rows * columns);
        return m;
    }

    static NativeMatrix of(Features f) {
        return of(f.count(), f.dimension(), f.values());
    }

    NativeMatrix copy() {
        NativeMatrix m = new NativeMatrix(rows, columns);
        m.copyFrom(this);
        return m;
    }

    /** Makes the values those of a matrix of the same size. */
    void copyFrom(NativeMatrix other) {
        Pointer.memcpy(data, other.data, (long) rows * columns * Double.BYTES);
    }

    DoublePointer pointer() {
        return data;
    }

    /** From the first element of a row. */
    DoublePointer rowPointer(int row) {
        return data.getPointer((long) row * columns);
    }

    double get(int row, int column) {
        return data.get((long) row * columns + column);
    }

    /** Copies a row into the front of {@code out}. */
    void readRow(int row, double[] out) {
        rowPointer(row).get(out, 0, columns);
    }

    void writeRow(int row, double[] values) {
        rowPointer(row).put(values, 0, columns);
    }

    double[] toArray() {
        double[] out = new double[Math.multiplyExact(rows, columns)];
        data.get(out, 0, out.length);
        return out;
    }

    double[] diagonal() {
        double[] out = new double[Math.min(rows, columns)];
        Arrays.setAll(out, i -> get(i, i));
        return out;
    }

    @Override
    public void close() {
        data.close();
    }
}
