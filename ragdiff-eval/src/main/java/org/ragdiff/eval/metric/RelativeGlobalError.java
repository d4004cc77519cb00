package org.ragdiff.eval.metric;

/**
 * ERGAS, the relative dimensionless global error of synthesis (Wald, 2000): 100 / ratio · √(mean over channels of (root
 * mean squared error / mean of the true channel)²). Stateless.
 */
public final class RelativeGlobalError {
    private RelativeGlobalError() {}

    /**
     * @param ratio of the resolutions, above 0
     * @throws IllegalArgumentException if a channel of the truth has a mean of 0
     */
    public static double of(ImagePlanes generated, ImagePlanes truth, double ratio) {
        SampleRows.requireEqualSizes(generated, truth);
        if (!(ratio > 0)) {
            throw new IllegalArgumentException("ratio must be above 0, got " + ratio);
        }
        double sum = 0;
        for (int c = 0; c < truth.channels(); c++) {
            double[] p = generated.planeUnsafe(c);
            double[] q = truth.planeUnsafe(c);
            double squares = 0;
            double mean = 0;
            for (int i = 0; i < q.length; i++) {
                squares += (p[i] - q[i]) * (p[i] - q[i]) / q.length;
                mean += q[i] / q.length;
            }
            if (mean == 0) {
                throw new IllegalArgumentException(
                        "channel " + c + " of the truth has a mean of 0: ERGAS is undefined");
            }
            sum += squares / (mean * mean);
        }
        return 100 / ratio * Math.sqrt(sum / truth.channels());
    }
}
