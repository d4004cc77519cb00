package org.ragdiff.eval.feature;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasNonUnit;
import static org.bytedeco.openblas.global.openblas.CblasRight;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dgesdd;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsterf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsygst;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsytrd;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;
import static org.bytedeco.openblas.global.openblas.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas.cblas_dtrmm;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;

/**
 * tr (A B)^½ of two covariances. With A = F Fᵀ it is the sum of the roots of the eigenvalues of Fᵀ B F, which is
 * symmetric. Where rounding could show in the roots of small ones, B = G Gᵀ is factored as well, and the sum is that of
 * the singular values of Fᵀ G. No matrix is square-rooted, nothing complex arises, and singular covariances need no
 * offset on their diagonal.
 */
final class CovarianceProduct {
    /** Of the traces: the error that eigenvalues may bring. */
    private static final double ACCEPTED = 1e-11;

    /** As many eigenvalues do not all err in one direction: their errors are added as those of independent numbers. */
    private static final int MANY = 128;

    /** Of the traces, for many: the estimate was at least fifty times the error, with gaps between values and without. */
    private static final double ACCEPTED_OF_MANY = 1e-9;

    /** An eigenvalue of fewer roundings is noise, whose root only ever adds. */
    private static final double NOISE = 100;

    private CovarianceProduct() {}

    /**
     * @param f of A
     * @param b B, of which the upper triangle is read; not modified
     * @param scale the sum of the traces of A and B
     * @return the trace of the root; NaN if {@link #exactTraceOfRoot} has to be asked
     */
    static double traceOfRoot(PsdFactor f, NativeMatrix b, double scale) {
        if (f.rank() == 0) {
            return 0;
        }
        int d = b.rows;
        if (f.triangular()) {
            try (NativeMatrix m = b.copy()) {
                // Row-major upper is column-major lower: Lᵀ B L in its place.
                require(
                        LAPACKE_dsygst(
                                LAPACK_COL_MAJOR,
                                2,
                                (byte) 'L',
                                d,
                                m.pointer(),
                                d,
                                f.rows().pointer(),
                                d),
                        "dsygst");
                return sumOfRoots(m, scale);
            }
        }
        try (NativeMatrix whole = symmetric(b);
                NativeMatrix half = product(f.rows(), whole);
                NativeMatrix m = product(half, f.rows())) {
            return sumOfRoots(m, scale);
        }
    }

    /** B with both triangles; to be closed. */
    private static NativeMatrix symmetric(NativeMatrix b) {
        int d = b.rows;
        double[] v = b.toArray();
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                v[i * d + j] = v[j * d + i];
            }
        }
        return NativeMatrix.of(d, d, v);
    }

    /** a · bᵀ; to be closed. */
    private static NativeMatrix product(NativeMatrix a, NativeMatrix b) {
        NativeMatrix out = NativeMatrix.uninitialised(a.rows, b.rows);
        cblas_dgemm(
                CblasRowMajor,
                CblasNoTrans,
                CblasTrans,
                a.rows,
                b.rows,
                a.columns,
                1,
                a.pointer(),
                a.columns,
                b.pointer(),
                b.columns,
                0,
                out.pointer(),
                b.rows);
        return out;
    }

    /** Of the eigenvalues of m, overwritten; NaN if rounding may have changed the sum by too much of {@code scale}. */
    private static double sumOfRoots(NativeMatrix m, double scale) {
        int n = m.rows;
        try (DoublePointer values = new DoublePointer(n);
                DoublePointer beside = new DoublePointer(n);
                DoublePointer reflectors = new DoublePointer(n)) {
            require(
                    LAPACKE_dsytrd(LAPACK_COL_MAJOR, (byte) 'L', n, m.pointer(), n, values, beside, reflectors),
                    "dsytrd");
            require(LAPACKE_dsterf(n, values, beside), "dsterf");
            double rounding = 8 * Math.ulp(1.0) * Math.max(0, values.get(n - 1));
            double sum = 0;
            double oneSided = 0;
            double squares = 0;
            for (int i = 0; i < n; i++) {
                double value = Math.max(0, values.get(i));
                double root = Math.sqrt(value);
                double error = Math.min(Math.sqrt(rounding), rounding / (2 * root));
                sum += root;
                if (n >= MANY && value > NOISE * rounding) {
                    squares += error * error;
                } else {
                    oneSided += error;
                }
            }
            boolean accepted = oneSided <= ACCEPTED * scale && Math.sqrt(squares) <= ACCEPTED_OF_MANY * scale;
            return accepted ? sum : Double.NaN;
        }
    }

    /** As {@link #traceOfRoot}, by singular values, from both factors. */
    static double exactTraceOfRoot(PsdFactor f, PsdFactor g) {
        if (f.rank() == 0 || g.rank() == 0) {
            return 0;
        }
        try (NativeMatrix product = product(f, g)) {
            int n = Math.min(product.rows, product.columns);
            try (DoublePointer values = new DoublePointer(n);
                    DoublePointer none = new DoublePointer(1)) {
                require(
                        LAPACKE_dgesdd(
                                LAPACK_COL_MAJOR,
                                (byte) 'N',
                                product.columns,
                                product.rows,
                                product.pointer(),
                                product.columns,
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
    }

    /** Gᵀ F, [rank of B, rank of A]; to be closed. */
    private static NativeMatrix product(PsdFactor f, PsdFactor g) {
        int d = f.rows().columns;
        if (f.triangular()) {
            NativeMatrix out = full(g);
            cblas_dtrmm(
                    CblasRowMajor,
                    CblasRight,
                    CblasUpper,
                    CblasTrans,
                    CblasNonUnit,
                    g.rank(),
                    d,
                    1,
                    f.rows().pointer(),
                    d,
                    out.pointer(),
                    d);
            return out;
        }
        try (NativeMatrix second = full(g)) {
            return product(second, f.rows());
        }
    }

    /** The rows with zeros in the half that is undefined; to be closed. */
    private static NativeMatrix full(PsdFactor g) {
        NativeMatrix out = g.rows().copy();
        if (g.triangular()) {
            double[] row = new double[out.columns];
            for (int k = 1; k < out.rows; k++) {
                out.readRow(k, row);
                Arrays.fill(row, 0, k, 0);
                out.writeRow(k, row);
            }
        }
        return out;
    }

    private static void require(int info, String routine) {
        if (info != 0) {
            throw new IllegalStateException("LAPACK's " + routine + " did not succeed (info " + info + ")");
        }
    }
}
