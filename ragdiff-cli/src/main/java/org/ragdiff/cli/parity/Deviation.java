package org.ragdiff.cli.parity;

/**
 * How far the results of one case are from the expected ones, over all tensors that were added. Equal
 * infinities and NaN at equal places deviate by 0, other non-finite values by infinity. Not thread-safe.
 */
public final class Deviation {
    private double maxAbs;
    private double maxRel;
    private String worst = "";

    /** As {@link #add(String, double[], double[], double)}, with max|expected| as the scale. */
    public void add(String what, double[] got, double[] expected) {
        add(what, got, expected, 0);
    }

    /**
     * Compares two tensors, elements in the same order.
     *
     * @param what names the tensor, for the message if the case fails
     * @param floor least scale that absolute deviations are divided by; the scale is max|expected| where that
     *     is larger
     * @throws FixtureException if the lengths differ
     */
    public void add(String what, double[] got, double[] expected, double floor) {
        if (got.length != expected.length) {
            throw new FixtureException(
                    what + " has " + got.length + " values, the fixture holds " + expected.length + " of them");
        }
        double scale = floor;
        double abs = 0;
        for (int i = 0; i < got.length; i++) {
            if (Double.isFinite(expected[i])) {
                scale = Math.max(scale, Math.abs(expected[i]));
            }
            abs = Math.max(abs, difference(got[i], expected[i]));
        }
        double rel = abs == 0 ? 0 : abs / scale;
        maxAbs = Math.max(maxAbs, abs);
        if (rel > maxRel) {
            maxRel = rel;
            worst = what;
        }
    }

    public void add(String what, float[] got, double[] expected) {
        add(what, widen(got), expected);
    }

    public void add(String what, double got, double expected) {
        add(what, new double[] {got}, new double[] {expected});
    }

    /** @throws FixtureException with the message if a property that has no tensor to compare does not hold */
    public void require(boolean holds, String message) {
        if (!holds) {
            throw new FixtureException(message);
        }
    }

    private static double difference(double got, double expected) {
        if (Double.compare(got, expected) == 0) {
            return 0;
        }
        double d = Math.abs(got - expected);
        return Double.isNaN(d) ? Double.POSITIVE_INFINITY : d;
    }

    /** Largest |got − expected|. */
    public double maxAbs() {
        return maxAbs;
    }

    /** Largest |got − expected| / scale over the tensors. */
    public double maxRel() {
        return maxRel;
    }

    /** The tensor of {@link #maxRel}; empty if nothing deviates. */
    String worst() {
        return worst;
    }

    static double[] widen(float[] values) {
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i];
        }
        return out;
    }
}
