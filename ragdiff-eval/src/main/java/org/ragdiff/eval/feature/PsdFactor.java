package org.ragdiff.eval.feature;

import static org.bytedeco.openblas.global.openblas.LAPACKE_dpotrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dpstrf;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;

import java.util.Arrays;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Pᵀ S P = L Lᵀ of a symmetric positive semi-definite S, with as many columns as S has rank: Cholesky, and with
 * pivots where S is singular. Closed by its owner.
 *
 * @param lower row k holds column k of L [rank of the rows count], elements before k are undefined
 * @param order row i of L belongs to row order[i] of S
 */
record PsdFactor(NativeMatrix lower, int[] order, int rank) implements AutoCloseable {
    /**
     * @param upper the upper triangle of S; overwritten, and owned by the factor from here on
     * @param what names S in messages
     * @throws IllegalArgumentException if S is not positive semi-definite
     */
    static PsdFactor of(NativeMatrix upper, String what) {
        try {
            return factor(upper, what);
        } catch (RuntimeException e) {
            upper.close();
            throw e;
        }
    }

    private static PsdFactor factor(NativeMatrix s, String what) {
        int d = s.rows;
        double[] diagonal = s.diagonal();
        double largest = Arrays.stream(diagonal).max().orElse(0);
        double trace = Arrays.stream(diagonal).sum();
        if (Arrays.stream(diagonal).min().orElse(0) < 0) {
            throw notSemiDefinite(what);
        }
        int[] order = new int[d];
        Arrays.setAll(order, i -> i);
        if (largest == 0) {
            return new PsdFactor(s, order, 0);
        }
        // What is below is the rounding of S itself.
        double tolerance = d * Math.ulp(1.0) * largest;
        try (NativeMatrix kept = s.copy()) {
            // Row-major upper is column-major lower.
            int info = LAPACKE_dpotrf(LAPACK_COL_MAJOR, (byte) 'L', d, s.pointer(), d);
            if (info == 0 && Arrays.stream(s.diagonal()).allMatch(l -> l * l > tolerance)) {
                return new PsdFactor(s, order, d);
            }
            Pointer.memcpy(s.pointer(), kept.pointer(), (long) Double.BYTES * d * d);
        }
        int rank;
        try (IntPointer pivots = new IntPointer(d);
                IntPointer found = new IntPointer(1)) {
            int info = LAPACKE_dpstrf(LAPACK_COL_MAJOR, (byte) 'L', d, s.pointer(), d, pivots, found, tolerance);
            if (info < 0) {
                throw new IllegalStateException("LAPACK's dpstrf refused argument " + -info);
            }
            rank = found.get();
            for (int i = 0; i < d; i++) {
                order[i] = pivots.get(i) - 1;
            }
        }
        double explained = 0;
        double[] row = new double[d];
        for (int k = 0; k < rank; k++) {
            s.readRow(k, row);
            for (int i = k; i < d; i++) {
                explained += row[i] * row[i];
            }
        }
        if (Math.abs(explained - trace) > 1e-6 * trace) {
            throw notSemiDefinite(what);
        }
        return new PsdFactor(s, order, rank);
    }

    private static IllegalArgumentException notSemiDefinite(String what) {
        return new IllegalArgumentException(what + " is not positive semi-definite, so it is no covariance");
    }

    @Override
    public void close() {
        lower.close();
    }
}
