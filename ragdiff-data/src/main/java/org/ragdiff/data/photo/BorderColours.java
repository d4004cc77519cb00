package org.ragdiff.data.photo;

import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2Lab;
import static org.bytedeco.opencv.global.opencv_imgproc.GC_BGD;

import java.util.Arrays;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * How badly the colours of a photo's border explain each pixel: the distance in Lab to the nearest of
 * a few cluster centres of the border. Stateless.
 */
final class BorderColours {
    private static final int CLUSTERS = 6;
    private static final int ROUNDS = 8;

    private BorderColours() {}

    /** Lab of each pixel, three floats each: L in 0..100, a and b around 0. */
    static float[] lab(Mat rgb) {
        int n = rgb.rows() * rgb.cols();
        byte[] bytes = new byte[n * 3];
        try (Mat lab = new Mat()) {
            opencv_imgproc.cvtColor(rgb, lab, COLOR_RGB2Lab);
            lab.data().get(bytes, 0, bytes.length);
        }
        float[] out = new float[n * 3];
        for (int i = 0; i < n; i++) {
            out[3 * i] = (bytes[3 * i] & 0xff) * (100f / 255);
            out[3 * i + 1] = (bytes[3 * i + 1] & 0xff) - 128;
            out[3 * i + 2] = (bytes[3 * i + 2] & 0xff) - 128;
        }
        return out;
    }

    /**
     * @param prior GrabCut labels; its GC_BGD pixels are the border
     * @return ΔE to the nearest cluster of the border, for each pixel
     */
    static float[] distance(Mat rgb, byte[] prior) {
        float[] lab = lab(rgb);
        int[] border = new int[prior.length];
        int n = 0;
        for (int i = 0; i < prior.length; i++) {
            if (prior[i] == GC_BGD) {
                border[n++] = i;
            }
        }
        float[][] centres = cluster(lab, Arrays.copyOf(border, n));
        float[] distance = new float[prior.length];
        for (int i = 0; i < distance.length; i++) {
            distance[i] = (float) Math.sqrt(squared(lab, i, centres[nearest(lab, i, centres)]));
        }
        return distance;
    }

    /** Lloyd's algorithm from evenly spaced pixels of the border, ordered by lightness. */
    private static float[][] cluster(float[] lab, int[] pixels) {
        Integer[] order = Arrays.stream(pixels).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (p, q) -> Float.compare(lab[3 * p], lab[3 * q]));
        float[][] centres = new float[CLUSTERS][];
        for (int k = 0; k < CLUSTERS; k++) {
            int p = order[(2 * k + 1) * order.length / (2 * CLUSTERS)];
            centres[k] = Arrays.copyOfRange(lab, 3 * p, 3 * p + 3);
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[][] sum = new double[CLUSTERS][4];
            for (int p : pixels) {
                double[] s = sum[nearest(lab, p, centres)];
                for (int c = 0; c < 3; c++) {
                    s[c] += lab[3 * p + c];
                }
                s[3]++;
            }
            for (int k = 0; k < CLUSTERS; k++) {
                for (int c = 0; c < 3 && sum[k][3] > 0; c++) {
                    centres[k][c] = (float) (sum[k][c] / sum[k][3]);
                }
            }
        }
        return centres;
    }

    private static int nearest(float[] lab, int pixel, float[][] centres) {
        int best = 0;
        for (int k = 1; k < centres.length; k++) {
            if (squared(lab, pixel, centres[k]) < squared(lab, pixel, centres[best])) {
                best = k;
            }
        }
        return best;
    }

    private static float squared(float[] lab, int pixel, float[] centre) {
        float l = lab[3 * pixel] - centre[0];
        float a = lab[3 * pixel + 1] - centre[1];
        float b = lab[3 * pixel + 2] - centre[2];
        return l * l + a * a + b * b;
    }

    /** Otsu's threshold (1979) of the values, over a histogram of 128 bins. */
    static float otsu(float[] values) {
        float max = 1e-6f;
        for (float v : values) {
            max = Math.max(max, v);
        }
        int bins = 128;
        long[] count = new long[bins];
        for (float v : values) {
            count[Math.min(bins - 1, (int) (v / max * bins))]++;
        }
        double total = 0;
        for (int i = 0; i < bins; i++) {
            total += (double) i * count[i];
        }
        double below = 0;
        double sumBelow = 0;
        double best = -1;
        int cut = 0;
        for (int i = 0; i < bins - 1; i++) {
            below += count[i];
            sumBelow += (double) i * count[i];
            double above = values.length - below;
            if (below > 0 && above > 0) {
                double gap = sumBelow / below - (total - sumBelow) / above;
                double between = below * above * gap * gap;
                if (between > best) {
                    best = between;
                    cut = i;
                }
            }
        }
        return (cut + 1) * max / bins;
    }
}
