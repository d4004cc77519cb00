package org.ragdiff.eval.metric;

/**
 * The dominant wave of a square of cloth, less its mean and slope: the highest peak of the power spectrum under a Hann
 * window, from two waves a square (slower changes are shading) to three pixels a wave, between the cells of the spectrum
 * by parabolas through the logarithms of its neighbours.
 *
 * @param frequency in cycles a pixel; 0 if the square is flat
 * @param orientation of the direction in which the wave goes, in degrees from the right downwards, in [0, 180)
 * @param strength share of the spectral power, but for the slowest wave, that is within a cell of the peak
 * @param contrast standard deviation of the values from their plane
 */
record LocalPattern(double frequency, double orientation, double strength, double contrast) {
    private static final double SLOWEST = 2;
    private static final double SHORTEST = 3;
    private static final double FLAT = 1e-9;

    /** Of {@code tile * tile} values, row-major. */
    static LocalPattern of(double[] values, int tile) {
        double[] re = withoutSlope(values, tile);
        double squares = 0;
        for (double v : re) {
            squares += v * v / re.length;
        }
        double contrast = Math.sqrt(squares);
        if (contrast < FLAT) {
            return new LocalPattern(0, 0, 0, contrast);
        }
        double[] im = new double[values.length];
        for (int i = 0; i < re.length; i++) {
            re[i] *= hann(i % tile, tile) * hann(i / tile, tile);
        }
        Fourier.forward(re, im, tile, tile);
        double[] power = new double[values.length];
        for (int i = 0; i < power.length; i++) {
            power[i] = re[i] * re[i] + im[i] * im[i];
        }
        return peak(power, tile, contrast);
    }

    /** Less the plane of least squares: even shading leaks into all waves. */
    private static double[] withoutSlope(double[] values, int n) {
        double centre = (n - 1) / 2.0;
        double mean = 0;
        double across = 0;
        double down = 0;
        for (int i = 0; i < values.length; i++) {
            mean += values[i];
            across += values[i] * (i % n - centre);
            down += values[i] * (i / n - centre);
        }
        // Over the square, Σ (x − centre)² = n² (n² − 1) / 12.
        double spread = values.length * ((double) n * n - 1) / 12;
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i]
                    - mean / values.length
                    - across / spread * (i % n - centre)
                    - down / spread * (i / n - centre);
        }
        return out;
    }

    private static double hann(int i, int n) {
        return 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / n);
    }

    private static LocalPattern peak(double[] power, int n, double contrast) {
        int bestU = 0;
        int bestV = 0;
        double best = -1;
        double total = 0;
        int half = (n - 1) / 2;
        for (int v = -half; v <= half; v++) {
            for (int u = -half; u <= half; u++) {
                double radius = Math.hypot(u, v);
                double p = at(power, n, u, v);
                // The window spreads the slowest wave over a cell more.
                total += radius >= SLOWEST ? p : 0;
                boolean upper = v > 0 || v == 0 && u > 0;
                if (upper && radius >= SLOWEST && radius <= n / SHORTEST && p > best) {
                    best = p;
                    bestU = u;
                    bestV = v;
                }
            }
        }
        if (!(best > 0)) {
            return new LocalPattern(0, 0, 0, contrast);
        }
        double around = 0;
        for (int v = bestV - 1; v <= bestV + 1; v++) {
            for (int u = bestU - 1; u <= bestU + 1; u++) {
                around += Math.hypot(u, v) >= SLOWEST ? at(power, n, u, v) : 0;
            }
        }
        double u = bestU + offset(at(power, n, bestU - 1, bestV), best, at(power, n, bestU + 1, bestV));
        double v = bestV + offset(at(power, n, bestU, bestV - 1), best, at(power, n, bestU, bestV + 1));
        double degrees = Math.toDegrees(Math.atan2(v, u));
        double turned = degrees < 0 ? degrees + 180 : degrees >= 180 ? degrees - 180 : degrees;
        return new LocalPattern(Math.hypot(u, v) / n, turned, Math.min(1, 2 * around / total), contrast);
    }

    private static double at(double[] power, int n, int u, int v) {
        return power[Math.floorMod(v, n) * n + Math.floorMod(u, n)];
    }

    /** The top of the parabola through three logarithms, in [−½, ½]. */
    private static double offset(double before, double peak, double after) {
        double tiny = peak * 1e-12;
        double a = Math.log(before + tiny);
        double b = Math.log(peak + tiny);
        double c = Math.log(after + tiny);
        double bend = a - 2 * b + c;
        return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (a - c) / (2 * bend)));
    }

    boolean seen(PatternOptions o) {
        return contrast >= o.contrast() && strength >= o.strength() && frequency > 0;
    }
}
