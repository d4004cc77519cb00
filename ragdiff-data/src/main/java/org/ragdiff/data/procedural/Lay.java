package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.SplittableRandom;

/**
 * How a garment lies: a small turn and slow waves that displace every point of it, since no garment
 * lies quite symmetric. Immutable.
 */
final class Lay {
    private final double cos;
    private final double sin;
    private final double[] waves;

    private Lay(double turn, double[] waves) {
        this.cos = Math.cos(turn);
        this.sin = Math.sin(turn);
        this.waves = waves;
    }

    /** Everything where the cut says. */
    static Lay straight() {
        return new Lay(0, new double[0]);
    }

    /**
     * @param amount 0 straight, 1 as garments usually lie
     */
    static Lay sample(double amount, SplittableRandom random) {
        double[] waves = new double[3 * 5];
        for (int k = 0; k < 3; k++) {
            double wavelength = 28 + 60 * random.nextDouble();
            double angle = 2 * Math.PI * random.nextDouble();
            waves[5 * k] = 2 * Math.PI * Math.cos(angle) / wavelength;
            waves[5 * k + 1] = 2 * Math.PI * Math.sin(angle) / wavelength;
            waves[5 * k + 2] = 2 * Math.PI * random.nextDouble();
            waves[5 * k + 3] = amount * 0.5 * random.nextGaussian();
            waves[5 * k + 4] = amount * 0.35 * random.nextGaussian();
        }
        return new Lay(Math.toRadians(0.8) * amount * random.nextGaussian(), waves);
    }

    double x(double x, double y) {
        return cos * x - sin * y + wave(x, y, 3);
    }

    double y(double x, double y) {
        return sin * x + cos * y + wave(x, y, 4);
    }

    /** The point of the cut that lies here, to first order of the waves. */
    void inverse(double x, double y, double[] out) {
        double dx = x - wave(x, y, 3);
        double dy = y - wave(x, y, 4);
        out[0] = cos * dx + sin * dy;
        out[1] = -sin * dx + cos * dy;
    }

    Path2D apply(Path2D path) {
        Path2D.Double out = new Path2D.Double(path.getWindingRule());
        double[] p = new double[6];
        for (PathIterator it = path.getPathIterator(null); !it.isDone(); it.next()) {
            int kind = it.currentSegment(p);
            for (int i = 0; i < 6; i += 2) {
                double x = p[i];
                double y = p[i + 1];
                p[i] = x(x, y);
                p[i + 1] = y(x, y);
            }
            switch (kind) {
                case PathIterator.SEG_MOVETO -> out.moveTo(p[0], p[1]);
                case PathIterator.SEG_LINETO -> out.lineTo(p[0], p[1]);
                case PathIterator.SEG_QUADTO -> out.quadTo(p[0], p[1], p[2], p[3]);
                case PathIterator.SEG_CUBICTO -> out.curveTo(p[0], p[1], p[2], p[3], p[4], p[5]);
                default -> out.closePath();
            }
        }
        return out;
    }

    private double wave(double x, double y, int component) {
        double d = 0;
        for (int k = 0; k < waves.length; k += 5) {
            d += waves[k + component] * Math.sin(waves[k] * x + waves[k + 1] * y + waves[k + 2]);
        }
        return d;
    }
}
