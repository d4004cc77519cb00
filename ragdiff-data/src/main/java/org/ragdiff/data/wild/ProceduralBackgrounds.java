package org.ragdiff.data.wild;

import java.util.SplittableRandom;
import org.ragdiff.core.RgbImage;

/**
 * Made backgrounds: sheets, wooden floors, carpets, tiles, walls and patterned covers. Stateless; all
 * randomness comes from the argument.
 */
final class ProceduralBackgrounds {
    private ProceduralBackgrounds() {}

    static RgbImage sample(int side, SplittableRandom random) {
        double kind = random.nextDouble();
        float[] out;
        if (kind < 0.35) {
            out = sheet(side, random);
        } else if (kind < 0.6) {
            out = wood(side, random);
        } else if (kind < 0.75) {
            out = carpet(side, random);
        } else if (kind < 0.85) {
            out = tiles(side, random);
        } else if (kind < 0.95) {
            out = wall(side, random);
        } else {
            out = patterned(side, random);
        }
        byte[] rgb = new byte[out.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.max(0, Math.min(255, Math.round(out[i])));
        }
        return RgbImage.wrap(side, side, rgb);
    }

    /** A bed sheet or a cover: one colour, creases. */
    private static float[] sheet(int side, SplittableRandom random) {
        float[] colour = random.nextDouble() < 0.55 ? pale(random) : dyed(random);
        boolean turned = random.nextBoolean();
        float[] crease = SmoothField.sample(random, turned ? 4 : 9, turned ? 9 : 4, side, side);
        float[] soft = SmoothField.sample(random, 5, 5, side, side);
        float strength = (float) (0.015 + 0.03 * random.nextDouble());
        float[] out = new float[side * side * 3];
        for (int i = 0; i < side * side; i++) {
            float light = 1 + strength * (1 - 2 * Math.abs(crease[i])) + 0.04f * soft[i];
            fill(out, i, colour, light);
        }
        return out;
    }

    private static float[] wood(int side, SplittableRandom random) {
        float tone = (float) random.nextDouble();
        float[] colour = {150 + 70 * tone, 105 + 80 * tone, 65 + 85 * tone};
        if (random.nextDouble() < 0.25) {
            float grey = (float) (110 + 90 * random.nextDouble());
            colour = new float[] {grey, grey * 0.97f, grey * 0.94f};
        }
        double angle = (random.nextBoolean() ? 0 : Math.PI / 2) + 0.25 * (random.nextDouble() - 0.5);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double plank = 0.09 + 0.13 * random.nextDouble();
        float[] grain = SmoothField.sample(random, 4, 48, 128, 128);
        float[] shade = new float[64];
        for (int k = 0; k < shade.length; k++) {
            shade[k] = (float) (0.07 * random.nextGaussian());
        }
        float[] out = new float[side * side * 3];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double u = (double) x / side - 0.5;
                double v = (double) y / side - 0.5;
                double along = cos * u + sin * v + 1;
                double across = (-sin * u + cos * v + 1) / plank;
                int k = (int) across;
                double seam = Math.abs(across - k - 0.5);
                float seamDark = 0.3f * (float) Math.max(0, 1 - (0.5 - seam) * plank * side / 1.2);
                int gx = (int) (along * 64 + 37 * k) & 127;
                int gy = (int) (across * plank * 64 * 2 + 53 * k) & 127;
                float light = 1 + shade[k & 63] + 0.05f * grain[gy * 128 + gx] - seamDark;
                fill(out, y * side + x, colour, light);
            }
        }
        return out;
    }

    private static float[] carpet(int side, SplittableRandom random) {
        float[] colour = random.nextDouble() < 0.6 ? pale(random) : dyed(random);
        float[] soft = SmoothField.sample(random, 5, 5, side, side);
        float[] tuft = SmoothField.sample(random, side * 2 / 3, side * 2 / 3, side, side);
        float strength = (float) (0.03 + 0.05 * random.nextDouble());
        float[] out = new float[side * side * 3];
        for (int i = 0; i < side * side; i++) {
            fill(out, i, colour, 0.92f + strength * tuft[i] + 0.04f * soft[i]);
        }
        return out;
    }

    private static float[] tiles(int side, SplittableRandom random) {
        float[] colour = pale(random);
        double size = 0.25 + 0.3 * random.nextDouble();
        double angle = 0.3 * (random.nextDouble() - 0.5);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        float joint = random.nextBoolean() ? 0.75f : 1.12f;
        float[] soft = SmoothField.sample(random, 8, 8, side, side);
        float[] out = new float[side * side * 3];
        double ox = random.nextDouble();
        double oy = random.nextDouble();
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double u = ((double) x / side * cos + (double) y / side * sin) / size + ox + 8;
                double v = (-(double) x / side * sin + (double) y / side * cos) / size + oy + 8;
                boolean line = Math.abs(u - Math.rint(u)) < 0.012 / size || Math.abs(v - Math.rint(v)) < 0.012 / size;
                int i = y * side + x;
                fill(out, i, colour, (line ? joint : 1) + 0.025f * soft[i]);
            }
        }
        return out;
    }

    private static float[] wall(int side, SplittableRandom random) {
        float[] a = pale(random);
        float light = (float) (0.75 + 0.35 * random.nextDouble());
        float[] soft = SmoothField.sample(random, 3, 3, side, side);
        float[] out = new float[side * side * 3];
        for (int i = 0; i < side * side; i++) {
            float t = (float) (i / side) / side;
            fill(out, i, a, light + (1 - light) * t + 0.05f * soft[i]);
        }
        return out;
    }

    /** Stripes, checks or dots. */
    private static float[] patterned(int side, SplittableRandom random) {
        float[] a = pale(random);
        float[] b = random.nextBoolean() ? dyed(random) : pale(random);
        double period = 0.05 + 0.12 * random.nextDouble();
        double angle = Math.PI * random.nextDouble();
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        int kind = random.nextInt(3);
        float[] soft = SmoothField.sample(random, 6, 6, side, side);
        float[] out = new float[side * side * 3];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double u = (cos * x + sin * y) / (side * period) + 64;
                double v = (-sin * x + cos * y) / (side * period) + 64;
                double fu = u - Math.floor(u) - 0.5;
                double fv = v - Math.floor(v) - 0.5;
                boolean on = kind == 0 ? fu < -0.1 : kind == 1 ? fu < 0 ^ fv < 0 : fu * fu + fv * fv < 0.06;
                int i = y * side + x;
                fill(out, i, on ? b : a, 1 + 0.05f * soft[i]);
            }
        }
        return out;
    }

    private static void fill(float[] out, int pixel, float[] colour, float light) {
        out[3 * pixel] = colour[0] * light;
        out[3 * pixel + 1] = colour[1] * light;
        out[3 * pixel + 2] = colour[2] * light;
    }

    private static float[] pale(SplittableRandom random) {
        float grey = (float) (150 + 95 * random.nextDouble());
        float warm = (float) (14 * random.nextGaussian());
        return new float[] {grey + warm, grey + 0.3f * warm, grey - warm};
    }

    /** A colour that furnishing fabrics have: seldom pure. */
    private static float[] dyed(SplittableRandom random) {
        double value = 40 + 150 * random.nextDouble();
        float[] colour = new float[3];
        for (int c = 0; c < 3; c++) {
            colour[c] = (float) Math.max(10, Math.min(235, value + 38 * random.nextGaussian()));
        }
        return colour;
    }
}
