package org.ragdiff.eval.feature;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasNonUnit;
import static org.bytedeco.openblas.global.openblas.CblasRight;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dgesdd;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsyevd_2stage;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;
import static org.bytedeco.openblas.global.openblas.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas.cblas_dsyrk;
import static org.bytedeco.openblas.global.openblas.cblas_dtrmm;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;

/**
 * tr (A B)^½ of two covariances: with A = F Fᵀ and B = G Gᵀ it is the nuclear norm of Fᵀ G, the sum of its singular
 * values. They are the square roots of the eigenvalues of (Fᵀ G)(Fᵀ G)ᵀ, which is symmetric, where that is accurate,
 * and computed from Fᵀ G itself where small ones would be lost in it. No matrix is square-rooted, nothing complex
 * arises, and singular covariances need no offset on their diagonal.
 */
final class CovarianceProduct {
    /** Of the traces: the error that eigenvalues may bring. */
    private static final double ACCEPTED = 1e-11;

    private CovarianceProduct() {}

    /**
     * @param a factor of A
     * @param b factor of B, of the same size
     * @param scale the sum of the traces of A and B
     */
    static double traceOfRoot(PsdFactor a, PsdFactor b, double scale) {
        if (a.rank() == 0 || b.rank() == 0) {
            return 0;
        }
        try (NativeMatrix product = product(a, b)) {
            double byEigenvalues = byEigenvalues(product, ACCEPTED * scale);
            return Double.isNaN(byEigenvalues) ? bySingularValues(product) : byEigenvalues;
        }
    }

    /** (Fᵀ G)ᵀ, [rank of B, rank of A]. */
    private static NativeMatrix product(PsdFactor a, PsdFactor b) {
        int d = a.lower().rows;
        try (NativeMatrix second = inOrderOf(a.order(), b)) {
            if (a.rank() == d) {
                // Gᵀ [rank, d] times F [d, d], whose transpose is stored as upper.
                cblas_dtrmm(
                        CblasRowMajor,
                        CblasRight,
                        CblasUpper,
                        CblasTrans,
                        CblasNonUnit,
                        b.rank(),
                        d,
                        1,
                        a.lower().pointer(),
                        d,
                        second.pointer(),
                        d);
                return second.copy();
            }
            NativeMatrix out = new NativeMatrix(b.rank(), a.rank());
            try (NativeMatrix first = inOrderOf(a.order(), a)) {
                cblas_dgemm(
                        CblasRowMajor,
                        CblasNoTrans,
                        CblasTrans,
                        b.rank(),
                        a.rank(),
                        d,
                        1,
                        second.pointer(),
                        d,
                        first.pointer(),
                        d,
                        0,
                        out.pointer(),
                        a.rank());
            }
            return out;
        }
    }

    /** The transposed factor [rank, d] with its columns in another order and zeros where it has none. */
    private static NativeMatrix inOrderOf(int[] order, PsdFactor f) {
        int d = order.length;
        int[] place = new int[d];
        for (int i = 0; i < d; i++) {
            place[order[i]] = i;
        }
        NativeMatrix out = new NativeMatrix(f.rank(), d);
        double[] row = new double[d];
        double[] moved = new double[d];
        for (int k = 0; k < f.rank(); k++) {
            f.lower().readRow(k, row);
            Arrays.fill(moved, 0);
            for (int i = k; i < d; i++) {
                moved[place[f.order()[i]]] = row[i];
            }
            out.writeRow(k, moved);
        }
        return out;
    }

    /** NaN if rounding may have changed the sum by more than {@code accepted}. */
    private static double byEigenvalues(NativeMatrix w, double accepted) {
        boolean wide = w.rows <= w.columns;
        int n = Math.min(w.rows, w.columns);
        int k = Math.max(w.rows, w.columns);
        try (NativeMatrix gram = new NativeMatrix(n, n);
                DoublePointer values = new DoublePointer(n)) {
            cblas_dsyrk(
                    CblasRowMajor,
                    CblasUpper,
                    wide ? CblasNoTrans : CblasTrans,
                    n,
                    k,
                    1,
                    w.pointer(),
                    w.columns,
                    0,
                    gram.pointer(),
                    n);
            require(
                    LAPACKE_dsyevd_2stage(LAPACK_COL_MAJOR, (byte) 'N', (byte) 'L', n, gram.pointer(), n, values),
                    "dsyevd_2stage");
            double rounding = 8 * Math.ulp(1.0) * Math.max(0, values.get(n - 1));
            double sum = 0;
            double error = 0;
            for (int i = 0; i < n; i++) {
                double root = Math.sqrt(Math.max(0, values.get(i)));
                sum += root;
                error += Math.min(Math.sqrt(rounding), rounding / (2 * root));
            }
            return error <= accepted ? sum : Double.NaN;
        }
    }

    private static double bySingularValues(NativeMatrix w) {
        int n = Math.min(w.rows, w.columns);
        try (DoublePointer values = new DoublePointer(n);
                DoublePointer none = new DoublePointer(1)) {
            require(
                    LAPACKE_dgesdd(
                            LAPACK_COL_MAJOR,
                            (byte) 'N',
                            w.columns,
                            w.rows,
                            w.pointer(),
                            w.columns,
                            values,
                            none,
                            1,
                            none,
                            1),
                    "dgesdd");
            double sum = 0;
            for (int i = n - 1; i >= 0; i--) {
                sum += values.get(i);
            }
            return sum;
        }
    }

    private static void require(int info, String routine) {
        if (info != 0) {
            throw new IllegalStateException("LAPACK's " + routine + " did not succeed (info " + info + ")");
        }
    }
}
