package org.ragdiff.eval.metric;

/**
 * Conventions of CW-SSIM. Immutable.
 *
 * @param level of the pyramid whose bands are compared, 1 (the finest) to 10
 * @param orientations bands of the level, 2 to 16
 * @param k constant in numerator and denominator, at least 0, for luma in 0..255
 */
public record CwSsimOptions(int level, int orientations, double k) {
    public CwSsimOptions {
        if (level < 1 || level > 10) {
            throw new IllegalArgumentException("level must be from 1 to 10, got " + level);
        }
        if (orientations < 2 || orientations > 16) {
            throw new IllegalArgumentException("orientations must be from 2 to 16, got " + orientations);
        }
        if (!(k >= 0 && k < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("k must be at least 0, got " + k);
        }
    }

    /** Level 4, 8 orientations, no constant: those of pyiqa. */
    public static CwSsimOptions defaults() {
        return new CwSsimOptions(4, 8, 0);
    }

    public CwSsimOptions withLevel(int l) {
        return new CwSsimOptions(l, orientations, k);
    }

    public CwSsimOptions withOrientations(int n) {
        return new CwSsimOptions(level, n, k);
    }

    public CwSsimOptions withK(double constant) {
        return new CwSsimOptions(level, orientations, constant);
    }
}
