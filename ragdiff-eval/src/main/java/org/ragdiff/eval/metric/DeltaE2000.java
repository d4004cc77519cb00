package org.ragdiff.eval.metric;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * CIEDE2000 colour difference with unit weights (Sharma, Wu and Dalal, "The CIEDE2000
 * color-difference formula: implementation notes", Color Research and Application 30, 2005).
 * Stateless.
 */
public final class DeltaE2000 {
    private static final double POW25_7 = Math.pow(25, 7);

    private DeltaE2000() {}

    /** Mean over the pixels inside a silhouette of pictures of one size. */
    public static double mean(RgbImage a, RgbImage b, Silhouette where) {
        ImagePair.requireEqualSizes(a, b, where);
        double sum = 0;
        int count = 0;
        for (int y = 0; y < a.height(); y++) {
            for (int x = 0; x < a.width(); x++) {
                if (where.at(x, y)) {
                    sum += of(
                            Lab.ofSrgb(a.at(x, y, 0), a.at(x, y, 1), a.at(x, y, 2)),
                            Lab.ofSrgb(b.at(x, y, 0), b.at(x, y, 1), b.at(x, y, 2)));
                    count++;
                }
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException("the silhouette is empty: nothing to compare");
        }
        return sum / count;
    }

    /** ΔE₀₀ of two colours. */
    public static double of(Lab p, Lab q) {
        double meanChroma = (Math.hypot(p.a(), p.b()) + Math.hypot(q.a(), q.b())) / 2;
        double g = 0.5 * (1 - Math.sqrt(pow7(meanChroma) / (pow7(meanChroma) + POW25_7)));
        double a1 = (1 + g) * p.a();
        double a2 = (1 + g) * q.a();
        double c1 = Math.hypot(a1, p.b());
        double c2 = Math.hypot(a2, q.b());
        double h1 = hue(a1, p.b());
        double h2 = hue(a2, q.b());
        double dl = q.l() - p.l();
        double dc = c2 - c1;
        double turn = 0;
        if (c1 * c2 != 0) {
            turn = h2 - h1;
            turn = turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
        }
        double dh = 2 * Math.sqrt(c1 * c2) * Math.sin(Math.toRadians(turn / 2));

        double l = (p.l() + q.l()) / 2;
        double c = (c1 + c2) / 2;
        double h = h1 + h2;
        if (c1 * c2 != 0) {
            if (Math.abs(h1 - h2) <= 180) {
                h = h / 2;
            } else {
                h = h < 360 ? (h + 360) / 2 : (h - 360) / 2;
            }
        }
        double t = 1
                - 0.17 * Math.cos(Math.toRadians(h - 30))
                + 0.24 * Math.cos(Math.toRadians(2 * h))
                + 0.32 * Math.cos(Math.toRadians(3 * h + 6))
                - 0.20 * Math.cos(Math.toRadians(4 * h - 63));
        double dTheta = 30 * Math.exp(-((h - 275) / 25) * ((h - 275) / 25));
        double rc = 2 * Math.sqrt(pow7(c) / (pow7(c) + POW25_7));
        double sl = 1 + 0.015 * (l - 50) * (l - 50) / Math.sqrt(20 + (l - 50) * (l - 50));
        double sc = 1 + 0.045 * c;
        double sh = 1 + 0.015 * c * t;
        double rt = -Math.sin(Math.toRadians(2 * dTheta)) * rc;
        double x = dl / sl;
        double y = dc / sc;
        double z = dh / sh;
        return Math.sqrt(x * x + y * y + z * z + rt * y * z);
    }

    private static double hue(double a, double b) {
        if (a == 0 && b == 0) {
            return 0;
        }
        double h = Math.toDegrees(Math.atan2(b, a));
        return h < 0 ? h + 360 : h;
    }

    private static double pow7(double v) {
        return v * v * v * v * v * v * v;
    }
}
