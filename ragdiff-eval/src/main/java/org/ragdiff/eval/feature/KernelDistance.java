package org.ragdiff.eval.feature;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemm;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Kernel Inception distance (Bińkowski et al. 2018): the unbiased estimate of the squared maximum mean discrepancy
 * under the kernel (x·y / D + 1)³, averaged over random subsets. It may be negative, and usually is for sets of one
 * distribution.
 *
 * @param mean over subsets
 * @param spread population standard deviation over subsets, as torchmetrics and torch-fidelity print
 * @param sampleSpread the same with n − 1; NaN for one subset
 * @param values of the subsets, in the order of the draws; not copied, not to be modified
 */
public record KernelDistance(double mean, double spread, double sampleSpread, double[] values) {
    private static final int BLOCK = 512;

    /**
     * @throws IllegalArgumentException if dimensions differ or a set is smaller than a subset
     */
    public static KernelDistance of(Features x, Features y, KernelDistanceOptions options) {
        if (Math.min(x.count(), y.count()) < options.subsetSize()) {
            throw new IllegalArgumentException("KID with subsets of " + options.subsetSize() + " samples needs as many"
                    + " in each set, got " + x.count() + " and " + y.count()
                    + ": give more pictures or a smaller subset"
                    + " (and print its size, figures of different sizes differ)");
        }
        SplittableRandom random = new SplittableRandom(options.seed());
        int[][] fromX = new int[options.subsets()][];
        int[][] fromY = new int[options.subsets()][];
        for (int i = 0; i < fromX.length; i++) {
            fromX[i] = draw(random, x.count(), options.subsetSize());
            fromY[i] = draw(random, y.count(), options.subsetSize());
        }
        return ofSubsets(x, y, fromX, fromY);
    }

    /**
     * On given subsets.
     *
     * @param fromX rows of x for each subset
     * @param fromY rows of y for each subset, as many subsets
     */
    public static KernelDistance ofSubsets(Features x, Features y, int[][] fromX, int[][] fromY) {
        if (fromX.length == 0 || fromX.length != fromY.length) {
            throw new IllegalArgumentException("KID needs as many subsets of both sets, at least one, got "
                    + fromX.length + " and " + fromY.length);
        }
        double[] values = new double[fromX.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = unbiased(select(x, fromX[i]), select(y, fromY[i]));
        }
        double mean = Arrays.stream(values).sum() / values.length;
        double squares = 0;
        for (double v : values) {
            squares += (v - mean) * (v - mean);
        }
        return new KernelDistance(
                mean,
                Math.sqrt(squares / values.length),
                values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1)),
                values);
    }

    /**
     * The estimate on whole sets, whose sizes may differ.
     *
     * @throws IllegalArgumentException if dimensions differ or a set has fewer than two samples
     */
    public static double unbiased(Features x, Features y) {
        Features.requireEqualDimensions(x, y);
        if (x.count() < 2 || y.count() < 2) {
            throw new IllegalArgumentException(
                    "KID needs at least 2 samples in each set, got " + x.count() + " and " + y.count());
        }
        double m = x.count();
        double n = y.count();
        try (NativeMatrix a = NativeMatrix.of(x);
                NativeMatrix b = NativeMatrix.of(y)) {
            return 2 * sumAbove(a) / (m * (m - 1)) + 2 * sumAbove(b) / (n * (n - 1)) - 2 * sumAll(a, b) / (m * n);
        }
    }

    /** k(x, y). */
    static double kernel(double product, int dimension) {
        double k = product / dimension + 1;
        return k * k * k;
    }

    /** Σ k over pairs of different rows, each pair once. */
    private static double sumAbove(NativeMatrix a) {
        double sum = 0;
        for (int i = 0; i < a.rows; i += BLOCK) {
            for (int j = i; j < a.rows; j += BLOCK) {
                sum += sum(a, i, a, j, i == j);
            }
        }
        return sum;
    }

    private static double sumAll(NativeMatrix a, NativeMatrix b) {
        double sum = 0;
        for (int i = 0; i < a.rows; i += BLOCK) {
            for (int j = 0; j < b.rows; j += BLOCK) {
                sum += sum(a, i, b, j, false);
            }
        }
        return sum;
    }

    private static double sum(NativeMatrix a, int i, NativeMatrix b, int j, boolean aboveDiagonal) {
        int m = Math.min(BLOCK, a.rows - i);
        int n = Math.min(BLOCK, b.rows - j);
        double sum = 0;
        try (NativeMatrix products = products(a, i, m, b, j, n)) {
            double[] row = new double[n];
            for (int r = 0; r < m; r++) {
                products.readRow(r, row);
                for (int c = aboveDiagonal ? r + 1 : 0; c < n; c++) {
                    sum += kernel(row[c], a.columns);
                }
            }
        }
        return sum;
    }

    /** Inner products of m rows of a from i on and n rows of b from j on, [m, n]; to be closed. */
    static NativeMatrix products(NativeMatrix a, int i, int m, NativeMatrix b, int j, int n) {
        NativeMatrix out = NativeMatrix.uninitialised(m, n);
        cblas_dgemm(
                CblasRowMajor,
                CblasNoTrans,
                CblasTrans,
                m,
                n,
                a.columns,
                1,
                a.rowPointer(i),
                a.columns,
                b.rowPointer(j),
                b.columns,
                0,
                out.pointer(),
                n);
        return out;
    }

    private static Features select(Features f, int[] rows) {
        double[][] out = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] < 0 || rows[i] >= f.count()) {
                throw new IllegalArgumentException("a subset asks for row " + rows[i] + " of " + f.count());
            }
            out[i] = f.row(rows[i]);
        }
        return Features.ofRows(out);
    }

    /** The front of a Fisher-Yates shuffle. */
    private static int[] draw(SplittableRandom random, int count, int size) {
        int[] order = new int[count];
        Arrays.setAll(order, i -> i);
        for (int i = 0; i < size; i++) {
            int j = i + random.nextInt(count - i);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return Arrays.copyOf(order, size);
    }
}
