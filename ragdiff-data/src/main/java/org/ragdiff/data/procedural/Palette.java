package org.ragdiff.data.procedural;

import java.util.SplittableRandom;

/** Colours that clothes have: many greys and blues, few pure colours. Stateless. */
final class Palette {
    private static final int[] NEUTRAL = {
        0xf1f0ee, 0xeeebe4, 0xf4f4f5, 0xe4ded2, 0xd9d2c3, 0xc9bda6, 0xb7b5b2, 0x9c9b9a, 0x7c7c7d, 0x58585a, 0x3a3a3d,
        0x232326, 0x1a1a1d, 0x1c1c20, 0x141417, 0x8b7e70, 0x6d6257
    };
    private static final int[] BLUE = {
        0x1d2740, 0x18213a, 0x24345c, 0x2d4a86, 0x3a67ad, 0x5b8ac4, 0x8fb3d9, 0xb9d0e6, 0x1657c4, 0x33536b, 0x5f7f97
    };
    private static final int[] WARM = {
        0x8c1d24, 0xb3242c, 0xc9333a, 0x6b1a2a, 0xd4574e, 0xe38678, 0xf0b3a8, 0xe9c2c4, 0xd98aa0, 0xc4527c, 0xa3305f,
        0xc7651f, 0xe08a3a, 0xd9a441, 0xe8c65a, 0xf0dc8c, 0xb98a53, 0x8a5a34, 0x5c3b26, 0x40281c
    };
    private static final int[] COOL = {
        0x2d4a36, 0x3f5c3c, 0x556b45, 0x7d8a5a, 0xa5ad85, 0x1f5c56, 0x2f8a80, 0x7fb8a8, 0xb5d3c3, 0x4a3a66, 0x6f5a96,
        0xa58fc0, 0xcbbfdc, 0x2f7a3f, 0x4aa05a
    };
    private static final int[] DENIM = {0x27324a, 0x34466a, 0x47608a, 0x5f7ca6, 0x86a0c0, 0x1f2430, 0x5a6068};

    private Palette() {}

    /** A colour for a whole garment. */
    static int garment(SplittableRandom random) {
        double k = random.nextDouble();
        int[] family = k < 0.42 ? NEUTRAL : k < 0.62 ? BLUE : k < 0.85 ? WARM : COOL;
        return vary(family[random.nextInt(family.length)], 10, random);
    }

    static int denim(SplittableRandom random) {
        return vary(DENIM[random.nextInt(DENIM.length)], 7, random);
    }

    /** A colour that stands out from another one. */
    static int against(int colour, SplittableRandom random) {
        int best = colour;
        for (int tries = 0; tries < 8; tries++) {
            int c = random.nextDouble() < 0.3 ? (luminance(colour) > 120 ? 0x1c1c22 : 0xf0efec) : garment(random);
            if (distance(c, colour) > distance(best, colour)) {
                best = c;
            }
            if (distance(best, colour) > 90) {
                break;
            }
        }
        return best;
    }

    /** A little darker or paler, the same hue. */
    static int near(int colour, SplittableRandom random) {
        double f = luminance(colour) < 60 ? 1.35 + 0.3 * random.nextDouble() : 0.72 + 0.2 * random.nextDouble();
        return scaled(colour, f);
    }

    static int scaled(int colour, double factor) {
        int out = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            out |= clamp((colour >> shift & 0xff) * factor) << shift;
        }
        return out;
    }

    static double luminance(int colour) {
        return 0.299 * (colour >> 16 & 0xff) + 0.587 * (colour >> 8 & 0xff) + 0.114 * (colour & 0xff);
    }

    private static double distance(int a, int b) {
        double sum = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            double d = (a >> shift & 0xff) - (b >> shift & 0xff);
            sum += d * d;
        }
        return Math.sqrt(sum);
    }

    private static int vary(int colour, double amount, SplittableRandom random) {
        double common = amount * random.nextGaussian();
        int out = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            out |= clamp((colour >> shift & 0xff) + common + 0.5 * amount * random.nextGaussian()) << shift;
        }
        return out;
    }

    /** White cloth is a little darker than the white it lies on, black a little lighter than nothing. */
    private static int clamp(double v) {
        return (int) Math.round(Math.max(20, Math.min(243, v)));
    }
}
