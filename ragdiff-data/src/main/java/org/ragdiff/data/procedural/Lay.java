package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.SplittableRandom;

/**
 * How a garment lies: a small turn and waves that displace every point of it, slow ones for the whole
 * garment and a short one for its edges, since no garment lies quite symmetric. Immutable.
 */
final class Lay {
    /** Curves longer than this, in centimetres, are divided, so that their edge follows the waves. */
    private static final double PIECE = 9;

    private static final int MOST_PIECES = 8;
    private static final int WAVE = 5;

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
        double[] waves = new double[WAVE * 4];
        for (int k = 0; k < 4; k++) {
            boolean edge = k == 3;
            double wavelength = edge ? 11 + 9 * random.nextDouble() : 28 + 60 * random.nextDouble();
            double angle = 2 * Math.PI * random.nextDouble();
            waves[WAVE * k] = 2 * Math.PI * Math.cos(angle) / wavelength;
            waves[WAVE * k + 1] = 2 * Math.PI * Math.sin(angle) / wavelength;
            waves[WAVE * k + 2] = 2 * Math.PI * random.nextDouble();
            waves[WAVE * k + 3] = amount * (edge ? 0.16 : 0.5) * random.nextGaussian();
            waves[WAVE * k + 4] = amount * (edge ? 0.16 : 0.35) * random.nextGaussian();
        }
        return new Lay(Math.toRadians(0.8) * amount * random.nextGaussian(), waves);
    }

    /** Where a point of the cut lies; replaces x, y at {@code i}. */
    void apply(double[] p, int i) {
        double x = p[i];
        double y = p[i + 1];
        double px = cos * x - sin * y;
        double py = sin * x + cos * y;
        for (int k = 0; k < waves.length; k += WAVE) {
            double wave = Math.sin(waves[k] * x + waves[k + 1] * y + waves[k + 2]);
            px += waves[k + 3] * wave;
            py += waves[k + 4] * wave;
        }
        p[i] = px;
        p[i + 1] = py;
    }

    /** The point of the cut that lies here, to first order of the waves; replaces x, y at 0. */
    void inverse(double[] p) {
        double x = p[0];
        double y = p[1];
        double dx = x;
        double dy = y;
        for (int k = 0; k < waves.length; k += WAVE) {
            double wave = Math.sin(waves[k] * x + waves[k + 1] * y + waves[k + 2]);
            dx -= waves[k + 3] * wave;
            dy -= waves[k + 4] * wave;
        }
        p[0] = cos * dx + sin * dy;
        p[1] = -sin * dx + cos * dy;
    }

    Path2D apply(Path2D path) {
        Path2D.Double out = new Path2D.Double(path.getWindingRule());
        double[] p = new double[6];
        double x = 0;
        double y = 0;
        for (PathIterator it = path.getPathIterator(null); !it.isDone(); it.next()) {
            int kind = it.currentSegment(p);
            if (kind == PathIterator.SEG_CUBICTO) {
                cubic(out, x, y, p);
                x = p[4];
                y = p[5];
                continue;
            }
            double nx = p[0];
            double ny = p[1];
            apply(p, 0);
            switch (kind) {
                case PathIterator.SEG_MOVETO -> out.moveTo(p[0], p[1]);
                case PathIterator.SEG_LINETO -> out.lineTo(p[0], p[1]);
                case PathIterator.SEG_CLOSE -> out.closePath();
                default -> throw new IllegalArgumentException("paths of garments have no quadratic curves");
            }
            x = nx;
            y = ny;
        }
        return out;
    }

    private void cubic(Path2D out, double x, double y, double[] p) {
        double size = Math.abs(p[0] - x)
                + Math.abs(p[1] - y)
                + Math.abs(p[2] - p[0])
                + Math.abs(p[3] - p[1])
                + Math.abs(p[4] - p[2])
                + Math.abs(p[5] - p[3]);
        int pieces = waves.length == 0 ? 1 : (int) Math.max(1, Math.min(MOST_PIECES, Math.round(size / PIECE)));
        double step = 1.0 / pieces;
        double[] q = new double[6];
        double slopeX = 3 * (p[0] - x);
        double slopeY = 3 * (p[1] - y);
        double fromX = x;
        double fromY = y;
        for (int k = 1; k <= pieces; k++) {
            double t = k * step;
            double s = 1 - t;
            q[0] = fromX + slopeX * step / 3;
            q[1] = fromY + slopeY * step / 3;
            slopeX = 3 * (s * s * (p[0] - x) + 2 * s * t * (p[2] - p[0]) + t * t * (p[4] - p[2]));
            slopeY = 3 * (s * s * (p[1] - y) + 2 * s * t * (p[3] - p[1]) + t * t * (p[5] - p[3]));
            fromX = s * s * s * x + 3 * s * s * t * p[0] + 3 * s * t * t * p[2] + t * t * t * p[4];
            fromY = s * s * s * y + 3 * s * s * t * p[1] + 3 * s * t * t * p[3] + t * t * t * p[5];
            q[2] = fromX - slopeX * step / 3;
            q[3] = fromY - slopeY * step / 3;
            q[4] = fromX;
            q[5] = fromY;
            apply(q, 0);
            apply(q, 2);
            apply(q, 4);
            out.curveTo(q[0], q[1], q[2], q[3], q[4], q[5]);
        }
    }
}
