package org.ragdiff.eval.metric;

/**
 * The window of SSIM's local means: a Gaussian, or all cells alike. Immutable.
 *
 * @param rows its height, odd
 * @param columns its width, odd
 * @param sigmaRows standard deviation of the Gaussian down the rows, in pixels; 0 for a uniform window
 * @param sigmaColumns across the columns; 0 for a uniform window
 */
public record SsimWindow(int rows, int columns, double sigmaRows, double sigmaColumns) {
    private static final double TRUNCATED = 3.5;
    private static final int MAX_SIDE = 1001;

    public SsimWindow {
        requireOdd("rows", rows);
        requireOdd("columns", columns);
        boolean uniform = sigmaRows == 0 && sigmaColumns == 0;
        if (!uniform && !(sigmaRows > 0 && sigmaColumns > 0 && sigmaRows < MAX_SIDE && sigmaColumns < MAX_SIDE)) {
            throw new IllegalArgumentException(
                    "a window's sigmas must be above 0, got " + sigmaRows + " and " + sigmaColumns);
        }
    }

    private static void requireOdd(String name, int side) {
        if (side < 1 || side % 2 == 0 || side > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "a window's " + name + " must be odd and from 1 to " + MAX_SIDE + ", got " + side);
        }
    }

    /** A Gaussian cut off where scikit-image and torchmetrics do, at 3.5 σ: 11×11 for σ 1.5. */
    public static SsimWindow gaussian(double sigma) {
        return gaussian(sigma, sigma);
    }

    /** As {@link #gaussian(double)}, with another σ down the rows than across the columns. */
    public static SsimWindow gaussian(double sigmaRows, double sigmaColumns) {
        requirePositive(sigmaRows);
        requirePositive(sigmaColumns);
        return new SsimWindow(side(sigmaRows), side(sigmaColumns), sigmaRows, sigmaColumns);
    }

    private static void requirePositive(double sigma) {
        if (!(sigma > 0 && sigma < MAX_SIDE)) {
            throw new IllegalArgumentException("sigma must be above 0, got " + sigma);
        }
    }

    private static int side(double sigma) {
        return 2 * (int) (TRUNCATED * sigma + 0.5) + 1;
    }

    /** All cells alike. */
    public static SsimWindow uniform(int rows, int columns) {
        return new SsimWindow(rows, columns, 0, 0);
    }

    /** Weights down the rows; they sum to 1. */
    double[] rowTaps() {
        return taps(rows, sigmaRows);
    }

    /** Weights across the columns; they sum to 1. */
    double[] columnTaps() {
        return taps(columns, sigmaColumns);
    }

    private static double[] taps(int side, double sigma) {
        double[] taps = new double[side];
        double sum = 0;
        for (int i = 0; i < side; i++) {
            double d = i - side / 2;
            taps[i] = sigma == 0 ? 1 : Math.exp(-d * d / (2 * sigma * sigma));
            sum += taps[i];
        }
        for (int i = 0; i < side; i++) {
            taps[i] /= sum;
        }
        return taps;
    }
}
