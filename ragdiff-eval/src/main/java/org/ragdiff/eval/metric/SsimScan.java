package org.ragdiff.eval.metric;

import java.util.stream.IntStream;

/**
 * One pass over two pictures that keeps the local means of a few rows only: Σ w·a, Σ w·b, Σ w·(a² + b²) and Σ w·a·b
 * around each position, of which luminance and contrast terms follow. Works in bands of rows, several at a time;
 * sums are added in an order that does not depend on the number of threads. Immutable.
 */
final class SsimScan {
    private static final int BAND = 64;
    /** Below so many samples, handing bands to other threads costs more than it saves. */
    private static final long PARALLEL_FROM = 1 << 16;

    private final SampleRows a;
    private final SampleRows b;
    private final Constants constants;
    private final SsimOptions.Border border;
    private final double[] rowTaps;
    private final double[] columnTaps;
    private final int padTop;
    private final int padLeft;
    private final int width;
    private final int height;

    /**
     * What is added to the terms, and the factor of (co)variances.
     *
     * @param above to the numerators, of the luminance term first
     * @param below to the denominators
     */
    record Constants(double[] above, double[] below, double covariance) {
        static Constants of(SsimOptions o, double range) {
            if (!(range > 0 && Double.isFinite(range))) {
                throw new IllegalArgumentException("the range of the data must be above 0 and finite, got " + range
                        + ": 1 for samples in [0, 1], 255 for 8 bits");
            }
            double[] c = {o.k1() * range * (o.k1() * range), o.k2() * range * (o.k2() * range)};
            double n = (double) o.window().rows() * o.window().columns();
            return new Constants(c, c, o.sampleCovariance() ? n / (n - 1) : 1);
        }
    }

    /**
     * Means over a channel.
     *
     * @param ssim of luminance times contrast term, over all positions
     * @param contrast of the contrast term, over those whose window lies inside the picture
     */
    record Means(double ssim, double contrast) {}

    /** @throws IllegalArgumentException if sizes differ or the window does not fit */
    SsimScan(SampleRows a, SampleRows b, SsimWindow window, SsimOptions.Border border, Constants constants) {
        SampleRows.requireEqualSizes(a, b);
        boolean interior = border == SsimOptions.Border.INTERIOR;
        // Mirrored at its edge pixel, a picture goes on for one pixel less than it has.
        int least = border == SsimOptions.Border.MIRRORED ? 1 : 0;
        int leastRows = interior ? window.rows() : window.rows() / 2 + least;
        int leastColumns = interior ? window.columns() : window.columns() / 2 + least;
        if (a.height() < leastRows || a.width() < leastColumns) {
            throw new IllegalArgumentException("SSIM with a window of " + window.columns() + "x" + window.rows()
                    + " needs pictures of at least " + leastColumns + "x" + leastRows + ", got " + a.width() + "x"
                    + a.height());
        }
        this.a = a;
        this.b = b;
        this.constants = constants;
        this.border = border;
        rowTaps = window.rowTaps();
        columnTaps = window.columnTaps();
        padTop = interior ? 0 : window.rows() / 2;
        padLeft = interior ? 0 : window.columns() / 2;
        width = a.width() - (interior ? window.columns() - 1 : 0);
        height = a.height() - (interior ? window.rows() - 1 : 0);
    }

    /** Positions in a row. */
    int width() {
        return width;
    }

    /** Rows of positions. */
    int height() {
        return height;
    }

    /** Of each channel. */
    Means[] means() {
        return means(null);
    }

    /** Luminance times contrast term at each position, [channel][height · width]. */
    double[][] maps() {
        double[][] maps = new double[a.channels()][width * height];
        means(maps);
        return maps;
    }

    private Means[] means(double[][] maps) {
        int bands = (height + BAND - 1) / BAND;
        double[][] sums = new double[a.channels() * bands][];
        IntStream all = IntStream.range(0, sums.length);
        if ((long) width * height * a.channels() >= PARALLEL_FROM) {
            all = all.parallel();
        }
        all.forEach(i -> {
            int from = i % bands * BAND;
            double[] map = maps == null ? null : maps[i / bands];
            sums[i] = band(i / bands, from, Math.min(height, from + BAND), map);
        });
        Means[] out = new Means[a.channels()];
        // Rows and columns of positions whose window lies inside the picture.
        double inside = (double) Math.max(0, width - 2 * padLeft) * Math.max(0, height - 2 * padTop);
        for (int c = 0; c < out.length; c++) {
            double ssim = 0;
            double contrast = 0;
            for (int i = c * bands; i < (c + 1) * bands; i++) {
                ssim += sums[i][0];
                contrast += sums[i][1];
            }
            out[c] = new Means(ssim / ((double) width * height), contrast / inside);
        }
        return out;
    }

    /** Sums over rows [from, to) of positions: of luminance times contrast term, of the contrast term inside. */
    private double[] band(int channel, int from, int to, double[] map) {
        int taps = rowTaps.length;
        int padded = width + columnTaps.length - 1;
        // One ring of rows for each of a, b, a² + b², ab.
        double[][][] ring = new double[4][taps][padded];
        double[][] down = new double[4][padded];
        double[][] mean = new double[4][width];
        double[] ssim = new double[width];
        double[] contrast = new double[width];
        double[] sums = new double[2];
        int next = from;
        for (int y = from; y < to; y++) {
            for (; next < y + taps; next++) {
                load(channel, next - padTop, ring, next % taps);
            }
            for (int k = 0; k < 4; k++) {
                WindowSums.across(ring[k], y, rowTaps, down[k], padded);
                WindowSums.along(down[k], columnTaps, mean[k], width);
            }
            terms(mean[0], mean[1], mean[2], mean[3], ssim, contrast);
            sums[0] += sum(ssim, 0, width);
            if (y >= padTop && y < height - padTop) {
                sums[1] += sum(contrast, padLeft, width - padLeft);
            }
            if (map != null) {
                System.arraycopy(ssim, 0, map, y * width, width);
            }
        }
        return sums;
    }

    private void load(int channel, int y, double[][][] ring, int slot) {
        double[] p = ring[0][slot];
        double[] q = ring[1][slot];
        read(a, channel, y, p);
        read(b, channel, y, q);
        double[] squares = ring[2][slot];
        double[] product = ring[3][slot];
        for (int x = 0; x < p.length; x++) {
            squares[x] = p[x] * p[x] + q[x] * q[x];
            product[x] = p[x] * q[x];
        }
    }

    private void read(SampleRows from, int channel, int y, double[] row) {
        int w = from.width();
        from.read(channel, mirrored(y, from.height()), row, padLeft);
        for (int i = 1; i <= padLeft; i++) {
            row[padLeft - i] = row[padLeft + mirrored(-i, w)];
            row[padLeft + w - 1 + i] = row[padLeft + mirrored(w - 1 + i, w)];
        }
    }

    /** The position inside [0, n) that a position up to n outside shows. */
    private int mirrored(int i, int n) {
        int edge = border == SsimOptions.Border.SYMMETRIC ? 1 : 0;
        if (i < 0) {
            return -i - edge;
        }
        return i < n ? i : 2 * n - 2 - i + edge;
    }

    private void terms(double[] ma, double[] mb, double[] squares, double[] ab, double[] ssim, double[] contrast) {
        double above1 = constants.above[0];
        double above2 = constants.above[1];
        double below1 = constants.below[0];
        double below2 = constants.below[1];
        double factor = constants.covariance;
        for (int x = 0; x < ssim.length; x++) {
            double product = ma[x] * mb[x];
            double power = ma[x] * ma[x] + mb[x] * mb[x];
            double c = (2 * factor * (ab[x] - product) + above2) / (factor * (squares[x] - power) + below2);
            contrast[x] = c;
            ssim[x] = c * ((2 * product + above1) / (power + below1));
        }
    }

    /** Four sums side by side, which need not wait for each other. */
    private static double sum(double[] v, int from, int to) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            s0 += v[i];
            s1 += v[i + 1];
            s2 += v[i + 2];
            s3 += v[i + 3];
        }
        for (; i < to; i++) {
            s0 += v[i];
        }
        return s0 + s1 + (s2 + s3);
    }
}
