package org.ragdiff.cli.train;

import java.util.SplittableRandom;

/**
 * Bends a landmark a little: its points move by a smooth random displacement, and the outline moves in or
 * out. A denoiser that sees such landmarks does not follow every error of a retrieved one. Stateless.
 */
final class LandmarkJitter {
    private static final int KNOTS = 5;

    private LandmarkJitter() {}

    /**
     * @param field signed distances of side {@code side}; not modified
     * @param deviation of the displacement, as a share of the frame; 0 copies
     * @param out receives the bent field at {@code to}
     */
    static void apply(float[] field, int side, double deviation, SplittableRandom random, float[] out, int to) {
        if (deviation == 0) {
            System.arraycopy(field, 0, out, to, field.length);
            return;
        }
        float[] dx = knots(random, deviation * side);
        float[] dy = knots(random, deviation * side);
        float offset = (float) (0.3 * deviation * random.nextGaussian());
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double u = (double) x / (side - 1) * (KNOTS - 1);
                double v = (double) y / (side - 1) * (KNOTS - 1);
                double sx = x + sample(dx, KNOTS, u, v);
                double sy = y + sample(dy, KNOTS, u, v);
                out[to + y * side + x] = (float) sample(field, side, sx, sy) + offset;
            }
        }
    }

    private static float[] knots(SplittableRandom random, double deviation) {
        float[] k = new float[KNOTS * KNOTS];
        for (int i = 0; i < k.length; i++) {
            k[i] = (float) (deviation * random.nextGaussian());
        }
        return k;
    }

    /** Bilinear, clamped to the grid. */
    private static double sample(float[] grid, int side, double x, double y) {
        double cx = Math.max(0, Math.min(side - 1, x));
        double cy = Math.max(0, Math.min(side - 1, y));
        int x0 = Math.min((int) cx, side - 2);
        int y0 = Math.min((int) cy, side - 2);
        double ax = cx - x0;
        double ay = cy - y0;
        double top = grid[y0 * side + x0] * (1 - ax) + grid[y0 * side + x0 + 1] * ax;
        double low = grid[(y0 + 1) * side + x0] * (1 - ax) + grid[(y0 + 1) * side + x0 + 1] * ax;
        return top * (1 - ay) + low * ay;
    }
}
