package org.ragdiff.eval.feature;

import static org.bytedeco.openblas.global.openblas.LAPACKE_dpotrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dpstrf;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;

import java.util.Arrays;
import org.bytedeco.javacpp.IntPointer;

/**
 * S = F Fᵀ of a symmetric positive semi-definite S, with as many columns as S has rank: Cholesky, and with pivots where
 * S is singular. Every factor is checked against the diagonal of S. Closed by its owner.
 *
 * @param rows Fᵀ [rank, size of S], row-major
 * @param triangular whether Fᵀ is an upper triangle; its other half is undefined then
 */
record PsdFactor(NativeMatrix rows, boolean triangular) implements AutoCloseable {
    private static final double CHECKED = 1e-7;

    /**
     * @param upper S, of which the upper triangle is read; not modified
     * @param what names S in messages
     * @throws IllegalArgumentException if S is not positive semi-definite
     */
    static PsdFactor of(NativeMatrix upper, String what) {
        int d = upper.rows;
        double[] diagonal = upper.diagonal();
        double largest = Arrays.stream(diagonal).max().orElse(0);
        if (Arrays.stream(diagonal).min().orElse(0) < 0) {
            throw notSemiDefinite(what);
        }
        if (largest == 0) {
            return new PsdFactor(NativeMatrix.zeros(0, d), false);
        }
        // What is below is the rounding of S itself.
        double tolerance = d * Math.ulp(1.0) * largest;
        NativeMatrix l = upper.copy();
        try {
            // Row-major upper is column-major lower.
            if (SoundTriangles.onThisProcessor()
                    && LAPACKE_dpotrf(LAPACK_COL_MAJOR, (byte) 'L', d, l.pointer(), d) == 0
                    && Arrays.stream(l.diagonal()).allMatch(v -> v * v > tolerance)
                    && explains(l, d, null, diagonal)) {
                return new PsdFactor(l, true);
            }
            l.copyFrom(upper);
            try (NativeMatrix pivoted = l) {
                return pivoted(pivoted, diagonal, tolerance, what);
            }
        } catch (RuntimeException e) {
            l.close();
            throw e;
        }
    }

    private static PsdFactor pivoted(NativeMatrix l, double[] diagonal, double tolerance, String what) {
        int d = l.rows;
        int rank;
        int[] order = new int[d];
        try (IntPointer pivots = new IntPointer(d);
                IntPointer found = new IntPointer(1)) {
            int info = LAPACKE_dpstrf(LAPACK_COL_MAJOR, (byte) 'L', d, l.pointer(), d, pivots, found, tolerance);
            if (info < 0) {
                throw new IllegalStateException("LAPACK's dpstrf refused argument " + -info);
            }
            rank = found.get();
            Arrays.setAll(order, i -> pivots.get(i) - 1);
        }
        if (!explains(l, rank, order, diagonal)) {
            throw notSemiDefinite(what);
        }
        NativeMatrix rows = NativeMatrix.uninitialised(rank, d);
        double[] row = new double[d];
        double[] placed = new double[d];
        for (int k = 0; k < rank; k++) {
            l.readRow(k, row);
            Arrays.fill(placed, 0);
            for (int i = k; i < d; i++) {
                placed[order[i]] = row[i];
            }
            rows.writeRow(k, placed);
        }
        return new PsdFactor(rows, false);
    }

    /** Whether the squares of each row of L sum to the element of the diagonal that belongs to it. */
    private static boolean explains(NativeMatrix l, int rank, int[] order, double[] diagonal) {
        int d = diagonal.length;
        double[] sums = new double[d];
        double[] row = new double[d];
        for (int k = 0; k < rank; k++) {
            l.readRow(k, row);
            for (int i = k; i < d; i++) {
                sums[i] += row[i] * row[i];
            }
        }
        double largest = Arrays.stream(diagonal).max().orElse(0);
        for (int i = 0; i < d; i++) {
            double expected = diagonal[order == null ? i : order[i]];
            if (!(Math.abs(sums[i] - expected) <= CHECKED * largest)) {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException notSemiDefinite(String what) {
        return new IllegalArgumentException(what + " is not positive semi-definite, so it is no covariance");
    }

    int rank() {
        return rows.rows;
    }

    @Override
    public void close() {
        rows.close();
    }
}
