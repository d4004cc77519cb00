package org.ragdiff.eval.feature;

import java.util.Arrays;
import java.util.List;

/**
 * N feature vectors of D elements, row-major float64, all finite. Immutable: arrays are copied on the way in
 * unless a method says that it takes them over.
 */
public final class Features {
    private final int count;
    private final int dimension;
    private final double[] values;

    private Features(int count, int dimension, double[] values, long firstIndex) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("feature " + i % dimension + " of sample "
                        + (firstIndex + i / dimension) + " (both counted from 0) is " + values[i]
                        + ", expected finite numbers: the picture is broken, or the network overflows on it");
            }
        }
        this.count = count;
        this.dimension = dimension;
        this.values = values;
    }

    /**
     * Takes the array over.
     *
     * @param values N · dimension of them, row-major
     * @throws IllegalArgumentException if they are no whole number of rows, or one is not finite (named)
     */
    public static Features wrap(int dimension, double[] values) {
        return wrap(dimension, values, 0);
    }

    /**
     * As {@link #wrap(int, double[])}.
     *
     * @param firstIndex which sample the first row is, for messages
     */
    public static Features wrap(int dimension, double[] values, long firstIndex) {
        if (dimension < 1 || values.length % dimension != 0) {
            throw new IllegalArgumentException("features of dimension " + dimension + " cannot be " + values.length
                    + " numbers; expected a whole number of rows of at least one element");
        }
        return new Features(values.length / dimension, dimension, values, firstIndex);
    }

    /** As {@link #wrap(int, double[])}, of a copy. */
    public static Features of(int dimension, double... values) {
        return wrap(dimension, values.clone());
    }

    /** As {@link #wrap(int, double[])}, of float32 numbers. */
    public static Features of(int dimension, float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wrap(dimension, wide);
    }

    /** @throws IllegalArgumentException if there is no row, or their lengths differ (the row is named) */
    public static Features ofRows(double[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("no feature vectors were given, expected at least one");
        }
        int dimension = rows[0].length;
        double[] values = new double[Math.multiplyExact(rows.length, dimension)];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != dimension) {
                throw new IllegalArgumentException("feature vector " + i + " has " + rows[i].length
                        + " elements, those before have " + dimension + ": all come from one network");
            }
            System.arraycopy(rows[i], 0, values, i * dimension, dimension);
        }
        return wrap(dimension, values);
    }

    /** All rows of all parts, in order. */
    public static Features concat(List<Features> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("no features were given, expected at least one part");
        }
        int dimension = parts.get(0).dimension;
        int total = 0;
        for (Features p : parts) {
            requireEqualDimensions(parts.get(0), p);
            total = Math.addExact(total, p.values.length);
        }
        double[] values = new double[total];
        int at = 0;
        for (Features p : parts) {
            System.arraycopy(p.values, 0, values, at, p.values.length);
            at += p.values.length;
        }
        return new Features(total / dimension, dimension, values, 0);
    }

    /** Number of vectors, N. */
    public int count() {
        return count;
    }

    /** Elements of a vector, D. */
    public int dimension() {
        return dimension;
    }

    public double at(int row, int element) {
        return values[row * dimension + element];
    }

    /** A copy of a vector. */
    public double[] row(int i) {
        return Arrays.copyOfRange(values, i * dimension, (i + 1) * dimension);
    }

    /** The numbers themselves, row-major; not to be modified. */
    double[] values() {
        return values;
    }

    /** ‖a − b‖² of row i of a and row j of b, summed in order of the elements. */
    static double squaredDistance(Features a, int i, Features b, int j) {
        double sum = 0;
        int x = i * a.dimension;
        int y = j * b.dimension;
        for (int k = 0; k < a.dimension; k++) {
            double d = a.values[x + k] - b.values[y + k];
            sum += d * d;
        }
        return sum;
    }

    /** @throws IllegalArgumentException naming both */
    static void requireEqualDimensions(Features a, Features b) {
        if (a.dimension != b.dimension) {
            throw new IllegalArgumentException("features have " + a.dimension + " and " + b.dimension
                    + " elements; sets to be compared come from one network");
        }
    }

    @Override
    public String toString() {
        return "Features[" + count + "x" + dimension + "]";
    }
}
