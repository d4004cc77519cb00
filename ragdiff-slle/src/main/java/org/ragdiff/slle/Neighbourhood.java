package org.ragdiff.slle;

import java.util.Arrays;

/**
 * The differences zᵢ = xᵢ − e of one query and their inner products, with room for a solution; used again for
 * query after query. Mutable, for one thread.
 */
final class Neighbourhood {
    private static final ThreadLocal<Neighbourhood> OF_THREAD = ThreadLocal.withInitial(Neighbourhood::new);

    /** Doubles beyond which the memory is not kept between calls. */
    private static final int KEPT = 1 << 20;

    /** A row each: loops over arrays of one index become vector instructions. */
    private double[][] z = {};

    private double[] gram = {};
    private double[][] system = {};
    private double[] weights = {};
    private double[] rest = {};
    private int count;
    private int rows;
    private int dimension;

    /** This thread's, unless the problem is so large that it should be let go afterwards. */
    static Neighbourhood forProblem(int k, int d) {
        return (long) k * Math.max(k, d) <= KEPT ? OF_THREAD.get() : new Neighbourhood();
    }

    /** Takes the query and rows; not modified. */
    void load(double[] query, double[][] neighbours) {
        resize(neighbours.length, query.length);
        for (int i = 0; i < count; i++) {
            double[] x = neighbours[i];
            requireLength(i, x.length);
            double[] difference = z[i];
            for (int j = 0; j < dimension; j++) {
                difference[j] = x[j] - query[j];
            }
        }
        multiply();
    }

    /** Takes the query and the points of the given numbers; not modified. */
    void load(float[] query, float[][] points, int[] chosen) {
        resize(chosen.length, query.length);
        for (int i = 0; i < count; i++) {
            float[] x = points[chosen[i]];
            requireLength(i, x.length);
            double[] difference = z[i];
            for (int j = 0; j < dimension; j++) {
                difference[j] = (double) x[j] - query[j];
            }
        }
        multiply();
    }

    /**
     * Takes differences and their inner products, which were made elsewhere.
     *
     * @param differences rows zᵢ, [k][d], from {@code from} on; not modified
     * @param products of them, [k][k], from {@code at} on; of it only the lower triangle; not modified
     */
    void load(int k, int d, float[] differences, int from, float[] products, int at) {
        resize(k, d);
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < d; j++) {
                z[i][j] = differences[from + i * d + j];
            }
            for (int j = 0; j <= i; j++) {
                double product = products[at + i * k + j];
                gram[i * rows + j] = product;
                gram[j * rows + i] = product;
            }
        }
        requireFinite();
    }

    private void resize(int k, int d) {
        if (k == 0) {
            throw new IllegalArgumentException("neighbours is empty, expected at least one row");
        }
        count = k;
        rows = RowProducts.padded(k);
        dimension = d;
        if (z.length < rows || z[0].length < d) {
            z = new double[rows][d];
        }
        for (int i = k; i < rows; i++) {
            Arrays.fill(z[i], 0, d, 0);
        }
        if (gram.length < Math.multiplyExact(rows, rows)) {
            gram = new double[rows * rows];
            system = new double[rows][rows];
            weights = new double[rows];
        }
        if (rest.length < d) {
            rest = new double[d];
        }
    }

    private void requireLength(int neighbour, int length) {
        if (length != dimension) {
            throw new IllegalArgumentException(
                    "neighbour " + neighbour + " has " + length + " dimensions, the query has " + dimension);
        }
    }

    private void multiply() {
        RowProducts.gram(z, rows, dimension, gram);
        requireFinite();
    }

    private void requireFinite() {
        if (Double.isFinite(trace(count))) {
            return;
        }
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < dimension; j++) {
                if (!Double.isFinite(z[i][j])) {
                    throw new IllegalArgumentException(
                            "dimension " + j + " of the query or of neighbour " + i + " is not finite");
                }
            }
        }
        throw new IllegalArgumentException("the neighbours are so far from the query that squared distances overflow");
    }

    int count() {
        return count;
    }

    double gram(int i, int j) {
        return gram[i * rows + j];
    }

    /** Σ ‖zᵢ‖² of the first ones. */
    double trace(int used) {
        double sum = 0;
        for (int i = 0; i < used; i++) {
            sum += gram[i * rows + i];
        }
        return sum;
    }

    /** (G/divisor + diag(ridge))·w = 1 of the first ones, brought to sum 1; null if that is not positive definite. */
    double[] solveRidge(int used, double divisor, double[] ridge) {
        int n = RowProducts.padded(used);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                system[i][j] = i < used ? gram[i * rows + j] / divisor : 0;
            }
            system[i][i] += i < used ? ridge[i] : 1;
        }
        if (!RidgeCholesky.solve(system, n, weights)) {
            return null;
        }
        double sum = 0;
        for (int i = 0; i < used; i++) {
            sum += weights[i];
        }
        double[] w = new double[used];
        for (int i = 0; i < used; i++) {
            w[i] = weights[i] / sum;
        }
        return w;
    }

    /** G/divisor + diag(ridge) of the first ones. */
    double[][] matrix(int used, double divisor, double[] ridge) {
        double[][] a = new double[used][used];
        for (int i = 0; i < used; i++) {
            for (int j = 0; j < used; j++) {
                a[i][j] = gram[i * rows + j] / divisor;
            }
            a[i][i] += ridge[i];
        }
        return a;
    }

    /** A copy of the first differences. */
    double[][] differences(int used) {
        double[][] out = new double[used][];
        for (int i = 0; i < used; i++) {
            out[i] = Arrays.copyOf(z[i], dimension);
        }
        return out;
    }

    /** ‖Σ wᵢzᵢ‖, which is ‖Σ wᵢxᵢ − e‖ for weights of sum 1. */
    double residual(double[] w) {
        Arrays.fill(rest, 0, dimension, 0);
        for (int i = 0; i < w.length; i++) {
            double weight = w[i];
            double[] difference = z[i];
            for (int j = 0; j < dimension; j++) {
                rest[j] += weight * difference[j];
            }
        }
        double sum = 0;
        for (int j = 0; j < dimension; j++) {
            sum += rest[j] * rest[j];
        }
        return Math.sqrt(sum);
    }
}
