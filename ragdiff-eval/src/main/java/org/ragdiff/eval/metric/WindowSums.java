package org.ragdiff.eval.metric;

/**
 * Weighted sums by a symmetric window of odd length, along or across rows, as loops that the compiler vectorises.
 * Stateless.
 */
final class WindowSums {
    private static final int GAUSSIAN = 11;

    private WindowSums() {}

    /** {@code out[x] = Σ w[t] · v[x + t]} for x below n. */
    static void along(double[] v, double[] w, double[] out, int n) {
        if (w.length == GAUSSIAN) {
            along11(v, w, out, n);
            return;
        }
        int middle = w.length / 2;
        for (int x = 0; x < n; x++) {
            out[x] = w[middle] * v[x + middle];
        }
        for (int t = 0; t < middle; t++) {
            int last = w.length - 1 - t;
            double weight = w[t];
            for (int x = 0; x < n; x++) {
                out[x] += weight * (v[x + t] + v[x + last]);
            }
        }
    }

    /**
     * {@code out[x] = Σ w[t] · rows[(first + t) mod rows.length][x]} for x below n, w and rows being of one length.
     */
    static void across(double[][] rows, int first, double[] w, double[] out, int n) {
        int length = w.length;
        if (length == GAUSSIAN) {
            across11(rows, first, w, out, n);
            return;
        }
        int middle = length / 2;
        double[] centre = rows[(first + middle) % length];
        for (int x = 0; x < n; x++) {
            out[x] = w[middle] * centre[x];
        }
        for (int t = 0; t < middle; t++) {
            double[] before = rows[(first + t) % length];
            double[] after = rows[(first + length - 1 - t) % length];
            double weight = w[t];
            for (int x = 0; x < n; x++) {
                out[x] += weight * (before[x] + after[x]);
            }
        }
    }

    private static void along11(double[] v, double[] w, double[] out, int n) {
        double w0 = w[0];
        double w1 = w[1];
        double w2 = w[2];
        double w3 = w[3];
        double w4 = w[4];
        double w5 = w[5];
        for (int x = 0; x < n; x++) {
            out[x] = w0 * (v[x] + v[x + 10])
                    + w1 * (v[x + 1] + v[x + 9])
                    + w2 * (v[x + 2] + v[x + 8])
                    + w3 * (v[x + 3] + v[x + 7])
                    + w4 * (v[x + 4] + v[x + 6])
                    + w5 * v[x + 5];
        }
    }

    private static void across11(double[][] rows, int first, double[] w, double[] out, int n) {
        outer(rows[first % 11], rows[(first + 10) % 11], rows[(first + 1) % 11], rows[(first + 9) % 11], w, out, n);
        inner(
                rows[(first + 2) % 11],
                rows[(first + 8) % 11],
                rows[(first + 3) % 11],
                rows[(first + 7) % 11],
                w,
                out,
                n);
        core(rows[(first + 4) % 11], rows[(first + 6) % 11], rows[(first + 5) % 11], w, out, n);
    }

    private static void outer(double[] a, double[] b, double[] c, double[] d, double[] w, double[] out, int n) {
        double w0 = w[0];
        double w1 = w[1];
        for (int x = 0; x < n; x++) {
            out[x] = w0 * (a[x] + b[x]) + w1 * (c[x] + d[x]);
        }
    }

    private static void inner(double[] a, double[] b, double[] c, double[] d, double[] w, double[] out, int n) {
        double w2 = w[2];
        double w3 = w[3];
        for (int x = 0; x < n; x++) {
            out[x] += w2 * (a[x] + b[x]) + w3 * (c[x] + d[x]);
        }
    }

    private static void core(double[] a, double[] b, double[] c, double[] w, double[] out, int n) {
        double w4 = w[4];
        double w5 = w[5];
        for (int x = 0; x < n; x++) {
            out[x] += w4 * (a[x] + b[x]) + w5 * c[x];
        }
    }
}
