package org.ragdiff.data.procedural;

import java.util.SplittableRandom;

/** Checks and draws of parameters. Stateless. */
final class Ranges {
    private Ranges() {}

    static void check(String name, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(name + " must be in [" + low + ", " + high + "], got " + value);
        }
    }

    static double draw(SplittableRandom random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    static boolean chance(SplittableRandom random, double p) {
        return random.nextDouble() < p;
    }
}
