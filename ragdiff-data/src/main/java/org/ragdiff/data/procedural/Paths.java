package org.ragdiff.data.procedural;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;

/** Measures of paths, and simple ones. Stateless. */
final class Paths {
    /** Deviation, in centimetres, of the polygons that paths are measured by. */
    private static final double FLATNESS = 0.02;

    private Paths() {}

    /** Positive if the path runs clockwise on the screen (y down). */
    static double signedArea(Shape path) {
        double[] p = new double[6];
        double area = 0;
        double startX = 0;
        double startY = 0;
        double x = 0;
        double y = 0;
        for (PathIterator it = path.getPathIterator(null, FLATNESS); !it.isDone(); it.next()) {
            int kind = it.currentSegment(p);
            if (kind == PathIterator.SEG_MOVETO) {
                startX = p[0];
                startY = p[1];
            } else {
                double nx = kind == PathIterator.SEG_CLOSE ? startX : p[0];
                double ny = kind == PathIterator.SEG_CLOSE ? startY : p[1];
                area += (x * ny - nx * y) / 2;
                p[0] = nx;
                p[1] = ny;
            }
            x = p[0];
            y = p[1];
        }
        return area;
    }

    /** The path, or its reverse, so that it runs clockwise: a union is then a non-zero winding. */
    static Path2D clockwise(Path2D path) {
        return signedArea(path) >= 0 ? path : reversed(path);
    }

    /** One closed part, backwards; the curves stay the same. */
    private static Path2D reversed(Path2D path) {
        double[] points = new double[64];
        int[] kinds = new int[16];
        double[] p = new double[6];
        int n = 0;
        int segments = 0;
        for (PathIterator it = path.getPathIterator(null); !it.isDone(); it.next()) {
            int kind = it.currentSegment(p);
            if (kind != PathIterator.SEG_CLOSE) {
                int size = kind == PathIterator.SEG_CUBICTO ? 6 : kind == PathIterator.SEG_QUADTO ? 4 : 2;
                if (n + size > points.length) {
                    points = Arrays.copyOf(points, 2 * points.length);
                }
                if (segments == kinds.length) {
                    kinds = Arrays.copyOf(kinds, 2 * segments);
                }
                System.arraycopy(p, 0, points, n, size);
                n += size;
                kinds[segments++] = kind;
            }
        }
        Path2D.Double out = new Path2D.Double(Path2D.WIND_NON_ZERO);
        out.moveTo(points[n - 2], points[n - 1]);
        int i = n - 2;
        for (int k = segments - 1; k > 0; k--) {
            double[] q = points;
            switch (kinds[k]) {
                case PathIterator.SEG_CUBICTO -> {
                    out.curveTo(q[i - 2], q[i - 1], q[i - 4], q[i - 3], q[i - 6], q[i - 5]);
                    i -= 6;
                }
                case PathIterator.SEG_QUADTO -> {
                    out.quadTo(q[i - 2], q[i - 1], q[i - 4], q[i - 3]);
                    i -= 4;
                }
                default -> {
                    out.lineTo(q[i - 2], q[i - 1]);
                    i -= 2;
                }
            }
        }
        out.closePath();
        return out;
    }

    /** The smallest box around the curve itself; control points do not count. */
    static Rectangle2D bounds(Shape path) {
        double[] p = new double[6];
        double x0 = Double.MAX_VALUE;
        double y0 = Double.MAX_VALUE;
        double x1 = -Double.MAX_VALUE;
        double y1 = -Double.MAX_VALUE;
        for (PathIterator it = path.getPathIterator(null, FLATNESS); !it.isDone(); it.next()) {
            if (it.currentSegment(p) != PathIterator.SEG_CLOSE) {
                x0 = Math.min(x0, p[0]);
                y0 = Math.min(y0, p[1]);
                x1 = Math.max(x1, p[0]);
                y1 = Math.max(y1, p[1]);
            }
        }
        return new Rectangle2D.Double(x0, y0, x1 - x0, y1 - y0);
    }

    /** A polygon through points x0, y0, x1, y1, …, its x multiplied by {@code side}. */
    static Path2D polygon(int side, double... points) {
        Contour c = Contour.from(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            c.line(points[i], points[i + 1]);
        }
        return c.closed(side);
    }

    /** A polyline, its x multiplied by {@code side}. */
    static Path2D polyline(int side, double... points) {
        Contour c = Contour.from(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            c.line(points[i], points[i + 1]);
        }
        return c.open(side);
    }

    static Path2D ellipse(double cx, double cy, double rx, double ry) {
        return new Path2D.Double(new Ellipse2D.Double(cx - rx, cy - ry, 2 * rx, 2 * ry));
    }

    static Path2D moved(Path2D path, double dx, double dy) {
        return new Path2D.Double(path, AffineTransform.getTranslateInstance(dx, dy));
    }
}
