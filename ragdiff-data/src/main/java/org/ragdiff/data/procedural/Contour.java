package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.Arrays;

/**
 * A chain of cubic curves, drawn on the right half (x >= 0) and mirrored where the cut is
 * symmetric. Straight pieces are cubics too, so that they bend when the cloth is laid. Mutable;
 * belongs to one construction.
 */
final class Contour {
    private double[] points = new double[64];
    private int length;

    private Contour() {}

    static Contour from(double x, double y) {
        Contour c = new Contour();
        c.add(x, y);
        return c;
    }

    Contour line(double x, double y) {
        double x0 = points[length - 2];
        double y0 = points[length - 1];
        return curve(x0 + (x - x0) / 3, y0 + (y - y0) / 3, x0 + (x - x0) * 2 / 3, y0 + (y - y0) * 2 / 3, x, y);
    }

    Contour curve(double x1, double y1, double x2, double y2, double x, double y) {
        add(x1, y1);
        add(x2, y2);
        add(x, y);
        return this;
    }

    /** Appends another contour, backwards; a straight piece joins them. */
    Contour back(Contour other) {
        double[] p = other.points;
        int n = other.length;
        line(p[n - 2], p[n - 1]);
        for (int i = n - 4; i >= 2; i -= 6) {
            curve(p[i], p[i + 1], p[i - 2], p[i - 1], p[i - 4], p[i - 3]);
        }
        return this;
    }

    /** The chain itself. */
    Path2D open(int side) {
        Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        path.moveTo(side * points[0], points[1]);
        forward(path, side);
        return path;
    }

    /** A chain from its end to its start. */
    static Path2D reversedOpen(Contour c, int side) {
        Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        double[] p = c.points;
        path.moveTo(side * p[c.length - 2], p[c.length - 1]);
        for (int i = c.length - 4; i >= 2; i -= 6) {
            path.curveTo(side * p[i], p[i + 1], side * p[i - 2], p[i - 1], side * p[i - 4], p[i - 3]);
        }
        return path;
    }

    /** Closed by a straight piece. */
    Path2D closed(int side) {
        Contour copy = new Contour();
        copy.points = points.clone();
        copy.length = length;
        copy.line(points[0], points[1]);
        Path2D path = copy.open(side);
        path.closePath();
        return path;
    }

    /** The chain and its mirror image, from the mirrored end to the end; starts at x = 0. */
    Path2D mirroredOpen() {
        Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        path.append(reversedOpen(this, -1), false);
        forward(path, 1);
        return path;
    }

    /** The chain, which starts and ends at x = 0, and its mirror image. */
    Path2D mirroredClosed() {
        Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        path.moveTo(points[0], points[1]);
        forward(path, 1);
        path.append(reversedOpen(this, -1), true);
        path.closePath();
        return path;
    }

    private void forward(Path2D path, int side) {
        for (int i = 2; i < length; i += 6) {
            path.curveTo(
                    side * points[i],
                    points[i + 1],
                    side * points[i + 2],
                    points[i + 3],
                    side * points[i + 4],
                    points[i + 5]);
        }
    }

    private void add(double x, double y) {
        if (length + 2 > points.length) {
            points = Arrays.copyOf(points, points.length * 2);
        }
        points[length++] = x;
        points[length++] = y;
    }
}
