package org.ragdiff.eval.metric;

/**
 * Normalised mutual information (Studholme, Hill and Hawkes, 1999), (H(a) + H(b)) / H(a, b), of a joint histogram of
 * equal bins from each picture's least to its largest value, as scikit-image computes it. 2 for equal pictures and any
 * that determine each other, 1 for independent ones. Stateless.
 */
public final class MutualInformation {
    private MutualInformation() {}

    /**
     * Of all samples, over all channels.
     *
     * @param bins on each side, 1 to 4096; scikit-image has 100
     * @return 2 if both pictures are constant
     */
    public static double normalised(ImagePlanes a, ImagePlanes b, int bins) {
        SampleRows.requireEqualSizes(a, b);
        if (bins < 1 || bins > 4096) {
            throw new IllegalArgumentException("bins must be from 1 to 4096, got " + bins);
        }
        double[] rangeA = range(a);
        double[] rangeB = range(b);
        long[] joint = new long[bins * bins];
        long[] first = new long[bins];
        long[] second = new long[bins];
        for (int c = 0; c < a.channels(); c++) {
            double[] p = a.planeUnsafe(c);
            double[] q = b.planeUnsafe(c);
            for (int i = 0; i < p.length; i++) {
                int u = bin(p[i], rangeA, bins);
                int v = bin(q[i], rangeB, bins);
                joint[u * bins + v]++;
                first[u]++;
                second[v]++;
            }
        }
        double all = (double) a.channels() * a.width() * a.height();
        double together = entropy(joint, all);
        return together == 0 ? 2 : (entropy(first, all) + entropy(second, all)) / together;
    }

    private static double[] range(ImagePlanes p) {
        double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int c = 0; c < p.channels(); c++) {
            for (double v : p.planeUnsafe(c)) {
                range[0] = Math.min(range[0], v);
                range[1] = Math.max(range[1], v);
            }
        }
        return range;
    }

    private static int bin(double v, double[] range, int bins) {
        double width = range[1] - range[0];
        return width == 0 ? 0 : Math.min(bins - 1, (int) ((v - range[0]) / width * bins));
    }

    private static double entropy(long[] counts, double all) {
        double sum = 0;
        for (long n : counts) {
            if (n > 0) {
                sum -= n / all * Math.log(n / all);
            }
        }
        return sum;
    }
}
