package org.ragdiff.data.wild;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;

import java.util.SplittableRandom;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Draws what may lie over a garment: arms with hands, hair, bags, a blanket's edge, another garment.
 * Stateless; all randomness comes from the argument.
 */
final class Occluders {
    private static final double[][] SKIN = {
        {241, 205, 180}, {228, 184, 150}, {205, 155, 120}, {170, 118, 84}, {120, 80, 56}, {84, 55, 40}
    };
    private static final double[][] HAIR = {{28, 22, 20}, {62, 42, 30}, {104, 72, 46}, {176, 140, 90}, {130, 60, 35}};
    /** Coordinates are drawn in 1/16 pixel. */
    private static final int SHIFT = 4;

    private Occluders() {}

    /**
     * @param cx the garment's centre in the photo, in pixels; occluders aim at its surroundings
     */
    static Occluder sample(int side, double cx, double cy, WildScenery scenery, String group, SplittableRandom random) {
        double kind = random.nextDouble();
        if (kind < 0.3) {
            return arm(side, cx, cy, random);
        }
        if (kind < 0.42) {
            return hair(side, cx, cy, random);
        }
        if (kind < 0.6) {
            return bag(side, cx, cy, random);
        }
        if (kind < 0.75) {
            return blanket(side, cx, cy, scenery.background(side, random, group).rgbUnsafe(), random);
        }
        return scenery.otherGarment(random, group)
                .map(g -> otherGarment(side, cx, cy, g, random))
                .orElseGet(() -> arm(side, cx, cy, random));
    }

    private static Occluder arm(int side, double cx, double cy, SplittableRandom random) {
        double[] skin = SKIN[random.nextInt(SKIN.length)];
        double from = 2 * Math.PI * random.nextDouble();
        double tipX = cx + side * 0.22 * random.nextGaussian();
        double tipY = cy + side * 0.22 * random.nextGaussian();
        double startX = side * (0.5 + 0.85 * Math.cos(from));
        double startY = side * (0.5 + 0.85 * Math.sin(from));
        double bend = side * 0.1 * random.nextGaussian();
        double length = Math.hypot(tipX - startX, tipY - startY) + 1e-6;
        double ux = (tipX - startX) / length;
        double uy = (tipY - startY) / length;
        double midX = (startX + tipX) / 2 - uy * bend;
        double midY = (startY + tipY) / 2 + ux * bend;
        double thick = side * (0.07 + 0.05 * random.nextDouble());
        double hx = tipX - midX;
        double hy = tipY - midY;
        double h = Math.hypot(hx, hy) + 1e-6;
        hx /= h;
        hy /= h;
        try (Drawing d = new Drawing(side)) {
            double spread = 0.75 + 0.4 * random.nextDouble();
            for (int layer = 0; layer < 4; layer++) {
                double light = 0.80 + 0.07 * layer;
                double t = thick * (1 - 0.22 * layer);
                d.curve(startX, startY, midX, midY, tipX, tipY, skin, light, t);
                d.line(tipX, tipY, tipX + hx * thick * 0.7, tipY + hy * thick * 0.7, skin, light, t * 1.15);
                for (int finger = 0; finger < 4; finger++) {
                    double a = spread * (finger - 1.5) * 0.32;
                    double fx = hx * Math.cos(a) - hy * Math.sin(a);
                    double fy = hx * Math.sin(a) + hy * Math.cos(a);
                    double reach = thick * (finger == 0 || finger == 3 ? 1.5 : 1.75);
                    d.line(
                            tipX + fx * thick * 0.6,
                            tipY + fy * thick * 0.6,
                            tipX + fx * reach,
                            tipY + fy * reach,
                            skin,
                            light,
                            t * 0.28);
                }
            }
            return d.occluder();
        }
    }

    private static Occluder hair(int side, double cx, double cy, SplittableRandom random) {
        double[] colour = HAIR[random.nextInt(HAIR.length)];
        double rootX = cx + side * 0.12 * random.nextGaussian();
        double rootY = Math.max(-0.05 * side, cy - side * (0.45 + 0.15 * random.nextDouble()));
        double width = side * (0.08 + 0.10 * random.nextDouble());
        double length = side * (0.25 + 0.25 * random.nextDouble());
        double sway = side * 0.12 * random.nextGaussian();
        try (Drawing d = new Drawing(side)) {
            int strands = 45 + random.nextInt(40);
            for (int s = 0; s < strands; s++) {
                double u = random.nextGaussian() * 0.5;
                double x0 = rootX + u * width;
                double reach = length * (0.7 + 0.4 * random.nextDouble()) * (1 - 0.25 * u * u);
                double x1 = rootX + u * width * 1.5 + sway * 0.5 + side * 0.02 * random.nextGaussian();
                double x2 = rootX + u * width * 1.3 + sway + side * 0.03 * random.nextGaussian();
                double light = 0.7 + 0.6 * random.nextDouble();
                d.curve(x0, rootY, x1, rootY + reach * 0.5, x2, rootY + reach, colour, light, side / 64.0 + 1);
            }
            return d.occluder();
        }
    }

    private static Occluder bag(int side, double cx, double cy, SplittableRandom random) {
        double[] colour = new double[3];
        double value = 25 + 150 * random.nextDouble();
        for (int c = 0; c < 3; c++) {
            colour[c] = Math.max(0, Math.min(255, value + 35 * random.nextGaussian()));
        }
        double w = side * (0.16 + 0.14 * random.nextDouble());
        double h = w * (0.7 + 0.5 * random.nextDouble());
        double direction = random.nextBoolean() ? 1 : -1;
        double x = cx + direction * side * (0.2 + 0.16 * random.nextDouble());
        double y = cy + side * (0.3 * random.nextDouble());
        double tilt = 0.2 * random.nextGaussian();
        double ux = Math.cos(tilt);
        double uy = Math.sin(tilt);
        double round = 0.25 * Math.min(w, h);
        try (Drawing d = new Drawing(side)) {
            double strap = side * (0.012 + 0.02 * random.nextDouble());
            double top = y - h / 2;
            d.curve(
                    x - ux * w / 2,
                    top,
                    x - direction * w * 0.2,
                    top - side * 0.5,
                    x + ux * w / 2,
                    top,
                    colour,
                    0.75,
                    strap);
            for (int layer = 0; layer < 3; layer++) {
                double shrink = layer * round * 0.35;
                double iw = Math.max(1, w - round - shrink);
                double rows = Math.max(2, h / round);
                for (int r = 0; r <= rows; r++) {
                    double v = (r / rows - 0.5) * Math.max(1, h - round - shrink);
                    d.line(
                            x - ux * iw / 2 - uy * v,
                            y - uy * iw / 2 + ux * v,
                            x + ux * iw / 2 - uy * v,
                            y + uy * iw / 2 + ux * v,
                            colour,
                            0.8 + 0.1 * layer,
                            round);
                }
            }
            d.line(
                    x - ux * w * 0.46,
                    y - uy * w * 0.46 - h * 0.12,
                    x + ux * w * 0.46,
                    y + uy * w * 0.46 - h * 0.12,
                    colour,
                    0.65,
                    Math.max(1, side / 100.0));
            return d.occluder();
        }
    }

    /** A blanket or cushion of another texture that comes in from one side with a wavy edge. */
    private static Occluder blanket(int side, double cx, double cy, byte[] texture, SplittableRandom random) {
        double angle = 2 * Math.PI * random.nextDouble();
        double nx = Math.cos(angle);
        double ny = Math.sin(angle);
        double start = side * (0.2 + 0.14 * random.nextDouble());
        float[] wave = SmoothField.sample(random, 5, 5, side, side);
        byte[] alpha = new byte[side * side];
        byte[] rgb = texture.clone();
        for (int i = 0; i < alpha.length; i++) {
            double depth = nx * (i % side - cx) + ny * (i / side - cy) - start + 0.03 * side * wave[i];
            double a = Math.max(0, Math.min(1, depth + 0.5));
            alpha[i] = (byte) Math.round(255 * a);
            double roll = 1 - 0.35 * Math.exp(-Math.max(0, depth) / (0.02 * side));
            for (int c = 3 * i; c < 3 * i + 3; c++) {
                rgb[c] = (byte) Math.round((rgb[c] & 0xff) * roll);
            }
        }
        return new Occluder(rgb, alpha);
    }

    private static Occluder otherGarment(
            int side, double cx, double cy, WildScenery.OtherGarment garment, SplittableRandom random) {
        GarmentLayer layer = GarmentLayer.of(garment.standard(), garment.silhouette(), side);
        double angle = 2 * Math.PI * random.nextDouble();
        double scale = 0.55 + 0.5 * random.nextDouble();
        double from = 2 * Math.PI * random.nextDouble();
        double distance = side * (0.32 + 0.2 * random.nextDouble()) * Math.max(0.8, scale);
        double ox = cx + distance * Math.cos(from);
        double oy = cy + distance * Math.sin(from);
        double cos = Math.cos(angle) / scale * layer.side() / side;
        double sin = Math.sin(angle) / scale * layer.side() / side;
        float[] bendX = SmoothField.sample(random, 5, 5, side, side);
        float[] bendY = SmoothField.sample(random, 5, 5, side, side);
        float[] mapX = new float[side * side];
        float[] mapY = new float[side * side];
        double half = (layer.side() - 1) / 2.0;
        float bend = layer.side() * 0.025f;
        for (int i = 0; i < mapX.length; i++) {
            double dx = i % side - ox;
            double dy = i / side - oy;
            mapX[i] = (float) (cos * dx + sin * dy + half) + bend * bendX[i];
            mapY[i] = (float) (-sin * dx + cos * dy + half) + bend * bendY[i];
        }
        GarmentLayer seen = layer.remap(mapX, mapY, side);
        return new Occluder(seen.rgb(), seen.alpha());
    }

    /** A transparent picture that antialiased strokes are drawn on. */
    private static final class Drawing implements AutoCloseable {
        private final int side;
        private final Mat rgba;

        Drawing(int side) {
            this.side = side;
            try (Scalar zero = new Scalar()) {
                this.rgba = new Mat(new Size(side, side), CV_8UC4, zero);
            }
        }

        void line(double x0, double y0, double x1, double y1, double[] colour, double light, double thickness) {
            try (Point a = new Point(fixed(x0), fixed(y0));
                    Point b = new Point(fixed(x1), fixed(y1));
                    Scalar c = new Scalar(
                            Math.min(255, colour[0] * light),
                            Math.min(255, colour[1] * light),
                            Math.min(255, colour[2] * light),
                            255)) {
                opencv_imgproc.line(rgba, a, b, c, Math.max(1, (int) Math.round(thickness)), LINE_AA, SHIFT);
            }
        }

        /** A quadratic curve through three points. */
        void curve(
                double x0,
                double y0,
                double x1,
                double y1,
                double x2,
                double y2,
                double[] colour,
                double light,
                double thickness) {
            int pieces = 8;
            double px = x0;
            double py = y0;
            for (int k = 1; k <= pieces; k++) {
                double t = (double) k / pieces;
                double a = 2 * (t - 0.5) * (t - 1);
                double b = 4 * t * (1 - t);
                double c = 2 * t * (t - 0.5);
                double qx = a * x0 + b * x1 + c * x2;
                double qy = a * y0 + b * y1 + c * y2;
                line(px, py, qx, qy, colour, light, thickness);
                px = qx;
                py = qy;
            }
        }

        /** Strokes on transparent black leave premultiplied colours at their edges. */
        Occluder occluder() {
            byte[] bytes = new byte[side * side * 4];
            rgba.data().get(bytes, 0, bytes.length);
            byte[] rgb = new byte[side * side * 3];
            byte[] alpha = new byte[side * side];
            for (int i = 0; i < alpha.length; i++) {
                int a = bytes[4 * i + 3] & 0xff;
                alpha[i] = (byte) a;
                for (int c = 0; c < 3 && a > 0; c++) {
                    rgb[3 * i + c] = (byte) Math.min(255, (bytes[4 * i + c] & 0xff) * 255 / a);
                }
            }
            return new Occluder(rgb, alpha);
        }

        private static int fixed(double v) {
            return (int) Math.round(v * (1 << SHIFT));
        }

        @Override
        public void close() {
            rgba.close();
        }
    }
}
