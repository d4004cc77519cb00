package org.ragdiff.retrieval.structurenet;

/**
 * Targets of the contrastive loss: the pair itself, and softly those whose silhouettes are alike, so that
 * two garments of one shape are not pushed apart. Weight of j for i is 1 for i = j, else softness ·
 * exp((IoU − 1) / width), normalised. Stateless.
 */
final class SoftTargets {
    private SoftTargets() {}

    /**
     * @param fields B fields of {@code cells} values, negative inside
     * @param softness weight of another garment of the same silhouette, in [0, 1]
     * @param width fall in IoU over which the weight falls by e
     * @return B · B, rows sum to 1
     */
    static float[] of(float[] fields, int cells, double softness, double width) {
        int n = fields.length / cells;
        int words = (cells + 63) / 64;
        long[][] bits = new long[n][words];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < cells; c++) {
                if (fields[i * cells + c] < 0) {
                    bits[i][c >> 6] |= 1L << (c & 63);
                }
            }
        }
        double[] weights = new double[n * n];
        for (int i = 0; i < n; i++) {
            weights[i * n + i] = 1;
            for (int j = i + 1; j < n; j++) {
                double w = softness * Math.exp((overlap(bits[i], bits[j]) - 1) / width);
                weights[i * n + j] = w;
                weights[j * n + i] = w;
            }
        }
        float[] out = new float[n * n];
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += weights[i * n + j];
            }
            for (int j = 0; j < n; j++) {
                out[i * n + j] = (float) (weights[i * n + j] / sum);
            }
        }
        return out;
    }

    /** Intersection over union; 1 for two empty sets. */
    static double overlap(long[] a, long[] b) {
        int and = 0;
        int or = 0;
        for (int w = 0; w < a.length; w++) {
            and += Long.bitCount(a[w] & b[w]);
            or += Long.bitCount(a[w] | b[w]);
        }
        return or == 0 ? 1 : (double) and / or;
    }
}
