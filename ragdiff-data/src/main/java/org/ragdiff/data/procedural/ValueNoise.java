package org.ragdiff.data.procedural;

/**
 * Value noise on the integer lattice: a hash of each lattice point, interpolated smoothly. A pure
 * function of seed and place, so that a texture is the same at any resolution. Immutable.
 */
final class ValueNoise {
    private final int seed;

    ValueNoise(long seed) {
        this.seed = (int) (seed ^ (seed >>> 32));
    }

    /** A value in [-1, 1]. */
    float at(double x, double y) {
        int ix = floor(x);
        int iy = floor(y);
        float fx = (float) (x - ix);
        float fy = (float) (y - iy);
        fx = fx * fx * (3 - 2 * fx);
        fy = fy * fy * (3 - 2 * fy);
        float a = cell(ix, iy);
        float b = cell(ix + 1, iy);
        float c = cell(ix, iy + 1);
        float d = cell(ix + 1, iy + 1);
        float top = a + (b - a) * fx;
        return top + (c + (d - c) * fx - top) * fy;
    }

    /** The lattice point's own value, in [-1, 1]. */
    float cell(int x, int y) {
        return hash(x, y) * (1f / (1 << 23)) - 1;
    }

    /** 24 random bits of a lattice point. */
    int hash(int x, int y) {
        int h = seed + x * 0x9E3779B1 + y * 0x85EBCA77;
        h ^= h >>> 15;
        h *= 0x2C1B3C6D;
        h ^= h >>> 12;
        h *= 0x297A2D39;
        h ^= h >>> 15;
        return h >>> 8;
    }

    static int floor(double v) {
        int i = (int) v;
        return v < i ? i - 1 : i;
    }
}
