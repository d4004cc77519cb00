package org.ragdiff.data.procedural;

import java.util.SplittableRandom;

/**
 * How a flat-lay was photographed: exposure, white balance, light that falls off to one side, grain.
 * A function of the place in the frame, not of the resolution. Immutable.
 */
final class Exposure {
    /** Lattice cells of the grain across the frame. */
    private static final double GRAIN = 220;

    private final float[] gain;
    private final float acrossX;
    private final float acrossY;
    private final float grain;
    private final ValueNoise noise;

    private Exposure(float[] gain, float acrossX, float acrossY, float grain, ValueNoise noise) {
        this.gain = gain;
        this.acrossX = acrossX;
        this.acrossY = acrossY;
        this.grain = grain;
        this.noise = noise;
    }

    /** Colours as the look gives them. */
    static Exposure even() {
        return new Exposure(new float[] {1, 1, 1}, 0, 0, 0, new ValueNoise(0));
    }

    static Exposure sample(SplittableRandom random) {
        double exposure = random.nextDouble() < 0.45 ? 1 : 0.8 + 0.22 * random.nextDouble();
        double warm = 0.018 * random.nextGaussian();
        float[] gain = {(float) (exposure * (1 + warm)), (float) exposure, (float) (exposure * (1 - warm))};
        return new Exposure(
                gain,
                (float) (0.07 * random.nextGaussian()),
                (float) (0.07 * random.nextGaussian()),
                (float) (2.5 * random.nextDouble()),
                new ValueNoise(random.nextLong()));
    }

    /**
     * @param rgb one pixel, replaced
     * @param x in the frame, 0 to 1
     * @param y in the frame, 0 to 1
     * @param footprint side of the pixel, share of the frame
     */
    void apply(float[] rgb, double x, double y, double footprint) {
        float light = 1 + acrossX * (float) (2 * x - 1) + acrossY * (float) (2 * y - 1);
        float add =
                grain == 0 ? 0 : grain * (float) Math.min(1, 1 / (GRAIN * footprint)) * noise.at(x * GRAIN, y * GRAIN);
        for (int c = 0; c < 3; c++) {
            rgb[c] = rgb[c] * gain[c] * light + add;
        }
    }
}
