package org.ragdiff.diffusion.guidance;

/** Puts the standard deviation of a guided prediction back towards the conditional one's (Lin et al. 2024, 3.4). */
final class Contrast {
    private Contrast() {}

    /**
     * @param share φ of the difference that is taken back
     * @param at where the first sample stands in {@code conditional}
     * @param out changed in place, each of the samples on its own
     */
    static void rescale(float[] conditional, int at, double share, int samples, float[] out) {
        int each = out.length / samples;
        for (int s = 0; s < samples; s++) {
            double wanted = deviation(conditional, at + s * each, each);
            double factor = share * wanted / deviation(out, s * each, each) + 1 - share;
            for (int i = s * each; i < (s + 1) * each; i++) {
                out[i] *= (float) factor;
            }
        }
    }

    private static double deviation(float[] a, int from, int count) {
        double mean = 0;
        for (int i = from; i < from + count; i++) {
            mean += a[i];
        }
        mean /= count;
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += (a[i] - mean) * (a[i] - mean);
        }
        return Math.sqrt(sum / count);
    }
}
