package org.ragdiff.data.procedural;

import java.awt.geom.Rectangle2D;
import java.util.SplittableRandom;

/**
 * Folds of a panel as light: slow relief, drawn out along the thread, and single creases lit from one
 * side. A pure function of place. Immutable.
 */
final class Relief {
    private static final int CREASE = 8;

    private final ValueNoise noise;
    private final double cos;
    private final double sin;
    private final double across;
    private final double along;
    private final float soft;
    private final float ridge;
    private final double offset;
    private final double[] creases;

    private Relief(
            ValueNoise noise,
            double angle,
            double across,
            double along,
            float soft,
            float ridge,
            double offset,
            double[] creases) {
        this.noise = noise;
        this.cos = Math.cos(angle);
        this.sin = Math.sin(angle);
        this.across = across;
        this.along = along;
        this.soft = soft;
        this.ridge = ridge;
        this.offset = offset;
        this.creases = creases;
    }

    /**
     * @param box of the panel, centimetres
     * @param amount 0 pressed flat, 1 as garments usually lie
     * @param lightAngle where the light comes from, radians
     */
    static Relief sample(Panel panel, Rectangle2D box, double amount, double lightAngle, SplittableRandom random) {
        ValueNoise noise = new ValueNoise(random.nextLong());
        double offset = 400 * random.nextDouble();
        double a = panel.angle();
        return switch (panel.drape()) {
            case FLAT -> new Relief(noise, a, 9, 9, (float) (0.025 * amount), 0, offset, new double[0]);
            case FALL ->
                new Relief(
                        noise,
                        a,
                        Math.max(2.5, box.getWidth() / 11),
                        box.getHeight() * 0.8,
                        (float) (0.06 * amount),
                        (float) (0.07 * amount),
                        offset,
                        falls(box, amount, lightAngle, random));
            case BODY ->
                new Relief(
                        noise,
                        a + 0.5 * random.nextGaussian(),
                        8,
                        17,
                        (float) (0.07 * amount),
                        (float) (0.05 * amount),
                        offset,
                        creases(panel, box, amount, lightAngle, random));
            case TUBE ->
                new Relief(
                        noise,
                        a + 0.6 * random.nextGaussian(),
                        7,
                        10,
                        (float) (0.07 * amount),
                        (float) (0.05 * amount),
                        offset,
                        creases(panel, box, amount, lightAngle, random));
        };
    }

    private static double[] creases(
            Panel panel, Rectangle2D box, double amount, double lightAngle, SplittableRandom random) {
        boolean tube = panel.drape() == Panel.Drape.TUBE;
        int count = (int) Math.round((tube ? 5 : 9) * amount * (0.4 + random.nextDouble()));
        double[] c = new double[CREASE * count];
        for (int k = 0; k < count; k++) {
            double x = box.getX() + box.getWidth() * (0.1 + 0.8 * random.nextDouble());
            double y = box.getY() + box.getHeight() * (0.1 + 0.85 * random.nextDouble());
            // Creases of a body run steeply, from the armpits and the hem; those of a tube across it.
            double angle =
                    tube ? panel.angle() + 0.5 * random.nextGaussian() : Math.PI / 2 + 0.55 * random.nextGaussian();
            double length = tube ? 6 + 9 * random.nextDouble() : 8 + 18 * random.nextDouble();
            put(
                    c,
                    k,
                    x,
                    y,
                    angle,
                    length,
                    0.5 + 1.1 * random.nextDouble(),
                    0.12 * random.nextGaussian(),
                    amount * (0.06 + 0.12 * random.nextDouble()),
                    lightAngle,
                    random);
        }
        return c;
    }

    private static double[] falls(Rectangle2D box, double amount, double lightAngle, SplittableRandom random) {
        int count = (int) Math.round(box.getWidth() / 9 * (0.6 + 0.8 * random.nextDouble()));
        double[] c = new double[CREASE * count];
        for (int k = 0; k < count; k++) {
            double t = (k + 0.5 + 0.5 * (random.nextDouble() - 0.5)) / count * 2 - 1;
            double x = box.getCenterX() + 0.46 * box.getWidth() * t;
            double y = box.getY() + box.getHeight() * (0.55 + 0.25 * random.nextDouble());
            double angle = Math.PI / 2 - 0.3 * t;
            double length = box.getHeight() * (0.5 + 0.4 * random.nextDouble());
            put(
                    c,
                    k,
                    x,
                    y,
                    angle,
                    length,
                    0.8 + 1.4 * random.nextDouble(),
                    0.05 * random.nextGaussian(),
                    amount * (0.07 + 0.09 * random.nextDouble()),
                    lightAngle,
                    random);
        }
        return c;
    }

    private static void put(
            double[] c,
            int k,
            double x,
            double y,
            double angle,
            double length,
            double width,
            double bend,
            double strength,
            double lightAngle,
            SplittableRandom random) {
        double facing = Math.sin(angle - lightAngle);
        int i = CREASE * k;
        c[i] = x;
        c[i + 1] = y;
        c[i + 2] = Math.cos(angle);
        c[i + 3] = Math.sin(angle);
        c[i + 4] = length;
        c[i + 5] = width;
        c[i + 6] = bend * length;
        c[i + 7] = strength
                * (Math.abs(facing) < 0.3 ? Math.signum(facing) * 0.3 : facing)
                * (random.nextDouble() < 0.75 ? 1 : -1);
    }

    /** The factor of light at a place, around 1. */
    float at(double x, double y) {
        double u = (cos * x + sin * y) / across + offset;
        double v = (-sin * x + cos * y) / along - offset;
        float n = noise.at(u, v);
        float light = 1 + soft * (n + 0.6f * noise.at(2.1 * u + 7, 2.3 * v));
        if (ridge != 0) {
            float r = 1 - 2 * Math.abs(noise.at(1.3 * u - 50, 1.3 * v + 20));
            float fine = 1 - 2 * Math.abs(noise.at(2.9 * u + 31, 2.4 * v + 11));
            light += ridge * (r * Math.abs(r) + 0.5f * fine * Math.abs(fine) - 0.2f);
        }
        for (int i = 0; i < creases.length; i += CREASE) {
            light += crease(i, x, y);
        }
        return light;
    }

    private float crease(int i, double x, double y) {
        double dx = x - creases[i];
        double dy = y - creases[i + 1];
        double half = creases[i + 4] / 2;
        double t = (dx * creases[i + 2] + dy * creases[i + 3]) / half;
        if (t <= -1 || t >= 1) {
            return 0;
        }
        double taper = 1 - t * t;
        double d = (-dx * creases[i + 3] + dy * creases[i + 2] - creases[i + 6] * taper)
                / (creases[i + 5] * (0.5 + 0.5 * taper));
        if (d <= -3 || d >= 3) {
            return 0;
        }
        // A bell without exp: one flank lit, the other in shade, the hollow dark.
        double bell = 1 - d * d / 9;
        bell *= bell * bell;
        return (float) (creases[i + 7] * taper * bell * 1.6 * d - Math.abs(creases[i + 7]) * 0.45 * taper * bell);
    }
}
