package org.ragdiff.data.wild;

import java.util.SplittableRandom;

/**
 * The light on a garment: soft relief, creases, sometimes the roundness of a body. Stateless.
 */
final class GarmentLight {
    private static final double BODY_CHANCE = 0.35;

    private GarmentLight() {}

    /**
     * @param across position across the garment for each photo pixel, in -1..1 over its width
     * @return a factor for each pixel, around 1
     */
    static float[] sample(int side, float[] across, double strength, SplittableRandom random) {
        boolean turned = random.nextBoolean();
        float[] relief = SmoothField.sample(random, 5, 5, side, side);
        float[] crease = SmoothField.sample(random, turned ? 5 : 12, turned ? 12 : 5, side, side);
        float s = (float) (strength * (0.4 + 0.6 * random.nextDouble()));
        float body = random.nextDouble() < BODY_CHANCE ? 0.45f * s : 0;
        float lit = (float) (0.25 * (2 * random.nextDouble() - 1));
        float[] light = new float[side * side];
        for (int i = 0; i < light.length; i++) {
            float u = Math.max(-1, Math.min(1, across[i] - lit));
            float ridge = 0.6f - Math.abs(crease[i]);
            float l = 1 + s * (0.10f * relief[i] + 0.10f * ridge) - body * u * u;
            light[i] = Math.max(0.35f, Math.min(1.4f, l));
        }
        return light;
    }

    /** The room's light: one direction, falling off slowly. */
    static float[] room(int side, double strength, SplittableRandom random) {
        float[] field = SmoothField.sample(random, 3, 3, side, side);
        double angle = 2 * Math.PI * random.nextDouble();
        float gx = (float) (0.25 * strength * Math.cos(angle) * random.nextDouble());
        float gy = (float) (0.25 * strength * Math.sin(angle) * random.nextDouble());
        float f = (float) (0.08 * strength);
        for (int i = 0; i < field.length; i++) {
            float x = 2f * (i % side) / side - 1;
            float y = 2f * (i / side) / side - 1;
            field[i] = 1 + gx * x + gy * y + f * field[i];
        }
        return field;
    }
}
