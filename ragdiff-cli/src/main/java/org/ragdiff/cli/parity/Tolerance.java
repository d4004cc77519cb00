package org.ragdiff.cli.parity;

/**
 * What a case may deviate at most.
 *
 * @param bound at least 0
 * @param relative of the largest relative deviation, otherwise of the largest absolute one
 */
public record Tolerance(double bound, boolean relative) {
    public Tolerance {
        if (!(bound >= 0)) {
            throw new IllegalArgumentException("tolerance must be at least 0, got " + bound);
        }
    }

    /** max|got − expected| ≤ bound. */
    public static Tolerance absolute(double bound) {
        return new Tolerance(bound, false);
    }

    /** max|got − expected| ≤ bound · max|expected|, tensor by tensor. */
    public static Tolerance relative(double bound) {
        return new Tolerance(bound, true);
    }

    boolean allows(Deviation d) {
        return (relative ? d.maxRel() : d.maxAbs()) <= bound;
    }
}
