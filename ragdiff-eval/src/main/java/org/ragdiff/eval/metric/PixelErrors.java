package org.ragdiff.eval.metric;

import java.util.function.DoubleBinaryOperator;

/** Mean errors over all samples of two pictures. Stateless. */
public final class PixelErrors {
    /** What the root of the mean squared error is divided by, of the true picture. */
    public enum Normalisation {
        /** The root of its mean square. */
        EUCLIDEAN,
        /** Its range, largest less smallest. */
        MIN_MAX,
        /** Its mean. */
        MEAN
    }

    private PixelErrors() {}

    /** Mean of (a − b)². */
    public static double meanSquared(ImagePlanes a, ImagePlanes b) {
        return mean(a, b, (p, q) -> (p - q) * (p - q));
    }

    /** Mean of |a − b|. */
    public static double meanAbsolute(ImagePlanes a, ImagePlanes b) {
        return mean(a, b, (p, q) -> Math.abs(p - q));
    }

    /**
     * Root of the mean squared error, normalised as scikit-image does it.
     *
     * @throws IllegalArgumentException if what it is divided by is 0: a constant true picture has no range
     */
    public static double normalisedRoot(ImagePlanes truth, ImagePlanes b, Normalisation by) {
        double root = Math.sqrt(meanSquared(truth, b));
        double scale =
                switch (by) {
                    case EUCLIDEAN -> Math.sqrt(mean(truth, truth, (p, q) -> p * q));
                    case MEAN -> mean(truth, truth, (p, q) -> p);
                    case MIN_MAX -> range(truth);
                };
        if (scale == 0) {
            throw new IllegalArgumentException("the true picture's " + by
                    + " normalisation is 0: its error cannot be given as a share of it, take the mean squared error");
        }
        return root / scale;
    }

    private static double range(ImagePlanes p) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < p.channels(); c++) {
            for (double v : p.planeUnsafe(c)) {
                least = Math.min(least, v);
                most = Math.max(most, v);
            }
        }
        return most - least;
    }

    private static double mean(ImagePlanes a, ImagePlanes b, DoubleBinaryOperator f) {
        SampleRows.requireEqualSizes(a, b);
        double sum = 0;
        for (int c = 0; c < a.channels(); c++) {
            double[] p = a.planeUnsafe(c);
            double[] q = b.planeUnsafe(c);
            for (int i = 0; i < p.length; i++) {
                sum += f.applyAsDouble(p[i], q[i]);
            }
        }
        return sum / ((double) a.channels() * a.width() * a.height());
    }
}
