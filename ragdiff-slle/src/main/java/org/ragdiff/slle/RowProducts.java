package org.ragdiff.slle;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Inner products of the rows of a matrix, four rows against four at a time: the sixteen sums stay in
 * registers, so that eight loads feed sixteen multiply-adds. Stateless.
 */
final class RowProducts {
    /** Rows of a block; matrices are padded to a multiple of it. */
    static final int BLOCK = 4;

    /** Without the instruction Math.fma computes in BigDecimal. */
    private static final boolean FMA = hasFma();

    private RowProducts() {}

    private static boolean hasFma() {
        try {
            return Boolean.parseBoolean(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("UseFMA")
                    .getValue());
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }

    /** The least multiple of {@link #BLOCK} that is at least n. */
    static int padded(int n) {
        return (n + BLOCK - 1) / BLOCK * BLOCK;
    }

    /**
     * Z·Zᵀ, both triangles.
     *
     * @param z at least [rows][length]; not modified
     * @param rows a multiple of {@link #BLOCK}
     * @param out receives [rows][rows], flat
     */
    static void gram(double[][] z, int rows, int length, double[] out) {
        double[] tile = new double[BLOCK * BLOCK];
        for (int i = 0; i < rows; i += BLOCK) {
            for (int j = 0; j <= i; j += BLOCK) {
                if (i == j) {
                    triangle(z, i, length, tile);
                } else {
                    tile(z, i, j, length, tile);
                }
                for (int r = 0; r < BLOCK; r++) {
                    for (int c = 0; c < BLOCK; c++) {
                        double v = tile[r * BLOCK + c];
                        out[(i + r) * rows + j + c] = v;
                        out[(j + c) * rows + i + r] = v;
                    }
                }
            }
        }
    }

    /**
     * The products of four rows with four.
     *
     * @param m rows; not modified
     * @param a the first of the four rows
     * @param b the first of the others
     * @param length how many numbers of each row count
     * @param tile receives [4][4], flat
     */
    static void tile(double[][] m, int a, int b, int length, double[] tile) {
        double s00 = 0, s01 = 0, s02 = 0, s03 = 0;
        double s10 = 0, s11 = 0, s12 = 0, s13 = 0;
        double s20 = 0, s21 = 0, s22 = 0, s23 = 0;
        double s30 = 0, s31 = 0, s32 = 0, s33 = 0;
        double[] a0 = m[a], a1 = m[a + 1], a2 = m[a + 2], a3 = m[a + 3];
        double[] b0 = m[b], b1 = m[b + 1], b2 = m[b + 2], b3 = m[b + 3];
        for (int c = 0; c < length; c++) {
            double x0 = a0[c], x1 = a1[c], x2 = a2[c], x3 = a3[c];
            double y0 = b0[c], y1 = b1[c], y2 = b2[c], y3 = b3[c];
            s00 = add(x0, y0, s00);
            s01 = add(x0, y1, s01);
            s02 = add(x0, y2, s02);
            s03 = add(x0, y3, s03);
            s10 = add(x1, y0, s10);
            s11 = add(x1, y1, s11);
            s12 = add(x1, y2, s12);
            s13 = add(x1, y3, s13);
            s20 = add(x2, y0, s20);
            s21 = add(x2, y1, s21);
            s22 = add(x2, y2, s22);
            s23 = add(x2, y3, s23);
            s30 = add(x3, y0, s30);
            s31 = add(x3, y1, s31);
            s32 = add(x3, y2, s32);
            s33 = add(x3, y3, s33);
        }
        tile[0] = s00;
        tile[1] = s01;
        tile[2] = s02;
        tile[3] = s03;
        tile[4] = s10;
        tile[5] = s11;
        tile[6] = s12;
        tile[7] = s13;
        tile[8] = s20;
        tile[9] = s21;
        tile[10] = s22;
        tile[11] = s23;
        tile[12] = s30;
        tile[13] = s31;
        tile[14] = s32;
        tile[15] = s33;
    }

    /** The products of four rows with themselves: ten sums, as tile(z, a, a, …) would give them. */
    private static void triangle(double[][] z, int a, int length, double[] tile) {
        double s00 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0, s22 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
        double[] a0 = z[a], a1 = z[a + 1], a2 = z[a + 2], a3 = z[a + 3];
        for (int c = 0; c < length; c++) {
            double x0 = a0[c], x1 = a1[c], x2 = a2[c], x3 = a3[c];
            s00 = add(x0, x0, s00);
            s10 = add(x1, x0, s10);
            s11 = add(x1, x1, s11);
            s20 = add(x2, x0, s20);
            s21 = add(x2, x1, s21);
            s22 = add(x2, x2, s22);
            s30 = add(x3, x0, s30);
            s31 = add(x3, x1, s31);
            s32 = add(x3, x2, s32);
            s33 = add(x3, x3, s33);
        }
        tile[0] = s00;
        tile[5] = s11;
        tile[10] = s22;
        tile[15] = s33;
        tile[1] = tile[4] = s10;
        tile[2] = tile[8] = s20;
        tile[3] = tile[12] = s30;
        tile[6] = tile[9] = s21;
        tile[7] = tile[13] = s31;
        tile[11] = tile[14] = s32;
    }

    private static double add(double x, double y, double sum) {
        return FMA ? Math.fma(x, y, sum) : x * y + sum;
    }
}
