package org.ragdiff.eval.metric;

/**
 * Spectral angle mapper (Yuhas, Goetz and Boardman, 1992): the mean over pixels of the angle between the two pictures'
 * channels as vectors, in radians. It does not see brightness, only colour. Stateless.
 */
public final class SpectralAngle {
    private SpectralAngle() {}

    /** In [0, π]; a black pixel is at an angle of 0 to a black one, and at a right angle to any other. */
    public static double of(ImagePlanes a, ImagePlanes b) {
        SampleRows.requireEqualSizes(a, b);
        if (a.channels() < 2) {
            throw new IllegalArgumentException("spectral angles need at least 2 channels, got " + a.channels());
        }
        int pixels = a.width() * a.height();
        double sum = 0;
        for (int i = 0; i < pixels; i++) {
            double product = 0;
            double first = 0;
            double second = 0;
            for (int c = 0; c < a.channels(); c++) {
                double p = a.planeUnsafe(c)[i];
                double q = b.planeUnsafe(c)[i];
                product += p * q;
                first += p * p;
                second += q * q;
            }
            double norms = Math.sqrt(first) * Math.sqrt(second);
            double cosine = norms > 0 ? product / norms : first == second ? 1 : 0;
            sum += Math.acos(Math.max(-1, Math.min(1, cosine)));
        }
        return sum / pixels;
    }
}
