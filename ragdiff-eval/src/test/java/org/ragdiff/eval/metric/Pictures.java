package org.ragdiff.eval.metric;

import java.util.SplittableRandom;
import org.ragdiff.core.BinaryRegions;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** Synthetic flat-lays with a known silhouette. */
public final class Pictures {
    private Pictures() {}

    /** A top with sleeves held out. */
    public static Silhouette top(int n, double sleeve) {
        return shape(n, (x, y) -> {
            boolean body = Math.abs(x) < 0.22 && y > -0.38 && y < 0.42;
            double ax = Math.abs(x) - 0.16;
            double ay = y + 0.29;
            double u = ax * Math.cos(0.9) + ay * Math.sin(0.9);
            double v = -ax * Math.sin(0.9) + ay * Math.cos(0.9);
            boolean arm = u > 0 && u < sleeve && Math.abs(v) < 0.075;
            boolean neck = x * x + (y + 0.4) * (y + 0.4) < 0.008;
            return (body || arm) && !neck;
        });
    }

    /** Trousers with two legs. */
    public static Silhouette trousers(int n) {
        return shape(
                n,
                (x, y) -> Math.abs(y) < 0.44
                        && Math.abs(x) < 0.19
                        && (y < -0.2 || Math.abs(x) > 0.02 + 0.06 * (y + 0.2)));
    }

    public static Silhouette box(int n, double halfWidth, double halfHeight) {
        return shape(n, (x, y) -> Math.abs(x) < halfWidth && Math.abs(y) < halfHeight);
    }

    interface Inside {
        boolean at(double x, double y);
    }

    /** Of coordinates in [-0.5, 0.5]. */
    static Silhouette shape(int n, Inside inside) {
        boolean[] m = new boolean[n * n];
        for (int i = 0; i < m.length; i++) {
            m[i] = inside.at((i % n + 0.5) / n - 0.5, (i / n + 0.5) / n - 0.5);
        }
        return new Silhouette(n, n, m);
    }

    /**
     * Cloth of one colour with folds and a dark rim, on white.
     *
     * @param folds amplitude of vertical folds, in levels
     * @param rim darkening at the outline, in levels
     * @param blurs passes of a 3×3 mean
     * @param noise standard deviation in levels, over the whole picture
     */
    public static RgbImage cloth(Silhouette s, int[] rgb, double folds, double rim, int blurs, double noise) {
        int n = s.width();
        double[] v = new double[n * n * 3];
        boolean[] inner = BinaryRegions.erode(s.toArray(), n, n, 1.5);
        for (int i = 0; i < n * n; i++) {
            boolean in = s.at(i % n, i / n);
            double shade = folds * Math.sin(i % n * 0.35 + i / n * 0.07) - (inner[i] ? 0 : rim);
            for (int c = 0; c < 3; c++) {
                v[3 * i + c] = in ? rgb[c] + shade : 255;
            }
        }
        for (int b = 0; b < blurs; b++) {
            v = blur(v, n);
        }
        SplittableRandom random = new SplittableRandom(7);
        byte[] out = new byte[v.length];
        for (int i = 0; i < out.length; i++) {
            double gauss = 0;
            for (int k = 0; k < 12; k++) {
                gauss += random.nextDouble();
            }
            out[i] = (byte) (int) Math.max(0, Math.min(255, Math.round(v[i] + noise * (gauss - 6))));
        }
        return RgbImage.wrap(n, n, out);
    }

    private static double[] blur(double[] v, int n) {
        double[] out = new double[v.length];
        for (int y = 0; y < n; y++) {
            for (int x = 0; x < n; x++) {
                for (int c = 0; c < 3; c++) {
                    double sum = 0;
                    for (int dy = -1; dy <= 1; dy++) {
                        for (int dx = -1; dx <= 1; dx++) {
                            int u = Math.max(0, Math.min(n - 1, x + dx));
                            int w = Math.max(0, Math.min(n - 1, y + dy));
                            sum += v[(w * n + u) * 3 + c];
                        }
                    }
                    out[(y * n + x) * 3 + c] = sum / 9;
                }
            }
        }
        return out;
    }
}
