package org.ragdiff.data.wild;

import java.util.SplittableRandom;

/**
 * Where each photo pixel comes from in the garment's standard frame: rotation, anisotropic scale,
 * shear, offset, perspective and a smooth displacement. The maps cover a canvas that is larger than
 * the photo, so that what runs out of the photo can be counted.
 */
final class ViewGeometry {
    private static final double RARE = 0.1;

    final int side;
    final int margin;
    final double rotationDegrees;
    /** Column and row in a standard image of side {@code garmentSide}, for each canvas pixel. */
    final float[] mapX;

    final float[] mapY;

    private ViewGeometry(int side, int margin, double rotationDegrees, float[] mapX, float[] mapY) {
        this.side = side;
        this.margin = margin;
        this.rotationDegrees = rotationDegrees;
        this.mapX = mapX;
        this.mapY = mapY;
    }

    int canvas() {
        return side + 2 * margin;
    }

    /**
     * @param garmentWidth bounding box, share of the standard frame
     * @param garmentHeight likewise
     */
    static ViewGeometry sample(
            WildViewOptions o, int garmentSide, double garmentWidth, double garmentHeight, SplittableRandom random) {
        int side = o.side();
        int margin = side / 4;
        int canvas = side + 2 * margin;
        double most = random.nextDouble() < RARE ? o.rareRotation() : o.rotation();
        // The mean of two uniform numbers: small angles are usual.
        double degrees = most * (random.nextDouble() + random.nextDouble() - 1);
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        boolean crop = random.nextDouble() < o.cropChance();
        double coverage = o.smallest() + (o.largest() - o.smallest()) * random.nextDouble();
        double scale = coverage / Math.max(garmentWidth, garmentHeight) * (crop ? 1.1 + 0.25 * random.nextDouble() : 1);
        double bend = o.warp() / 0.02;
        double stretch = Math.exp(0.05 * bend * symmetric(random));
        double shear = 0.05 * bend * symmetric(random);
        double boxW = scale * (Math.abs(cos) * garmentWidth + Math.abs(sin) * garmentHeight);
        double boxH = scale * (Math.abs(sin) * garmentWidth + Math.abs(cos) * garmentHeight);
        double roomX = crop ? 0.18 : Math.max(0, (1 - boxW) / 2);
        double roomY = crop ? 0.18 : Math.max(0, (1 - boxH) / 2);
        double offsetX = roomX * symmetric(random);
        double offsetY = roomY * symmetric(random);
        double tiltX = o.perspective() * symmetric(random);
        double tiltY = o.perspective() * symmetric(random);
        float[] dx = displacement(o, canvas, random);
        float[] dy = displacement(o, canvas, random);
        float[] mapX = new float[canvas * canvas];
        float[] mapY = new float[canvas * canvas];
        for (int y = 0; y < canvas; y++) {
            double py = (y - margin + 0.5) / side - 0.5 - offsetY;
            for (int x = 0; x < canvas; x++) {
                int i = y * canvas + x;
                double px = (x - margin + 0.5) / side - 0.5 - offsetX;
                double w = 1 + tiltX * px + tiltY * py;
                double rx = (cos * px + sin * py) / (scale * w);
                double ry = (-sin * px + cos * py) / (scale * w);
                double qx = rx / stretch + shear * ry + dx[i];
                double qy = ry * stretch + dy[i];
                mapX[i] = (float) ((qx + 0.5) * garmentSide - 0.5);
                mapY[i] = (float) ((qy + 0.5) * garmentSide - 0.5);
            }
        }
        return new ViewGeometry(side, margin, degrees, mapX, mapY);
    }

    private static float[] displacement(WildViewOptions o, int canvas, SplittableRandom random) {
        float[] coarse = SmoothField.sample(random, 6, 6, canvas, canvas);
        float[] fine = SmoothField.sample(random, 14, 14, canvas, canvas);
        float a = (float) o.warp();
        float b = (float) (0.2 * o.warp());
        for (int i = 0; i < coarse.length; i++) {
            coarse[i] = a * coarse[i] + b * fine[i];
        }
        return coarse;
    }

    private static double symmetric(SplittableRandom random) {
        return 2 * random.nextDouble() - 1;
    }
}
