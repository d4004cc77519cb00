package org.ragdiff.eval.feature;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasNonUnit;
import static org.bytedeco.openblas.global.openblas.CblasRight;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dpotrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsygst;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;
import static org.bytedeco.openblas.global.openblas.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas.cblas_dtrmm;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether OpenBLAS' triangular routines are right on this processor. Those of 0.3.19, which ND4J brings, are not with
 * the kernels for AVX-512 that it takes on Intel's processors: dpotrf, dtrmm and dsymm give wrong numbers, general
 * products, dsyrk and dpstrf right ones (OpenBLAS issue 3534; seen with {@code OPENBLAS_CORETYPE=SKYLAKEX}). Tried once.
 */
final class SoundTriangles {
    private static final Logger LOG = LoggerFactory.getLogger(SoundTriangles.class);
    private static final int SIZE = 200;
    private static final double TOLERANCE = 1e-9;

    private SoundTriangles() {}

    private static final class Holder {
        static final boolean SOUND = tried();
    }

    static boolean onThisProcessor() {
        return Holder.SOUND;
    }

    private static boolean tried() {
        int d = SIZE;
        double[] l = new double[d * d];
        double[] symmetric = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                symmetric[i * d + j] = Math.cos(i * j % 17 + i + j);
                // Row-major upper: the transposed factor.
                l[i * d + j] = j < i ? 0 : j == i ? 2 + i % 3 : Math.sin(3 * i + 7 * j) / d;
            }
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                symmetric[i * d + j] = symmetric[j * d + i];
            }
        }
        try (NativeMatrix factor = NativeMatrix.of(d, d, l);
                NativeMatrix s = NativeMatrix.of(d, d, symmetric);
                NativeMatrix right = product(s, factor, CblasTrans);
                NativeMatrix both = product(factor, right, CblasNoTrans);
                NativeMatrix square = squared(factor);
                NativeMatrix multiplied = s.copy();
                NativeMatrix transformed = s.copy()) {
            LAPACKE_dpotrf(LAPACK_COL_MAJOR, (byte) 'L', d, square.pointer(), d);
            cblas_dtrmm(
                    CblasRowMajor,
                    CblasRight,
                    CblasUpper,
                    CblasTrans,
                    CblasNonUnit,
                    d,
                    d,
                    1,
                    factor.pointer(),
                    d,
                    multiplied.pointer(),
                    d);
            LAPACKE_dsygst(LAPACK_COL_MAJOR, 2, (byte) 'L', d, transformed.pointer(), d, factor.pointer(), d);
            boolean sound =
                    equal(square, factor, true) && equal(multiplied, right, false) && equal(transformed, both, true);
            if (!sound) {
                LOG.warn("OpenBLAS' triangular routines give wrong numbers on this processor; distances of features go"
                        + " without them and take longer. OPENBLAS_CORETYPE=Haswell avoids that.");
            }
            return sound;
        }
    }

    private static NativeMatrix product(NativeMatrix a, NativeMatrix b, int transposeB) {
        NativeMatrix out = NativeMatrix.uninitialised(SIZE, SIZE);
        cblas_dgemm(
                CblasRowMajor,
                CblasNoTrans,
                transposeB,
                SIZE,
                SIZE,
                SIZE,
                1,
                a.pointer(),
                SIZE,
                b.pointer(),
                SIZE,
                0,
                out.pointer(),
                SIZE);
        return out;
    }

    /** L Lᵀ of a transposed factor. */
    private static NativeMatrix squared(NativeMatrix factor) {
        NativeMatrix out = NativeMatrix.uninitialised(SIZE, SIZE);
        cblas_dgemm(
                CblasRowMajor,
                CblasTrans,
                CblasNoTrans,
                SIZE,
                SIZE,
                SIZE,
                1,
                factor.pointer(),
                SIZE,
                factor.pointer(),
                SIZE,
                0,
                out.pointer(),
                SIZE);
        return out;
    }

    private static boolean equal(NativeMatrix a, NativeMatrix b, boolean upperOnly) {
        double[] x = a.toArray();
        double[] y = b.toArray();
        for (int i = 0; i < x.length; i++) {
            boolean compared = !upperOnly || i % SIZE >= i / SIZE;
            if (compared && !(Math.abs(x[i] - y[i]) <= TOLERANCE)) {
                return false;
            }
        }
        return true;
    }
}
