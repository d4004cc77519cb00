package org.ragdiff.eval.perceptual;

import java.util.Arrays;

/** Pooling of a backbone's maps. Stateless. */
final class Pooling {
    private static final double[] HANNING = {0.25, 0.5, 0.25};
    private static final double FLOOR = 1e-12;

    private Pooling() {}

    static FeatureMap apply(Step step, FeatureMap x) {
        if (step instanceof Step.MaxPool p) {
            return max(x, p);
        }
        if (step instanceof Step.SmoothPool) {
            return smooth(x);
        }
        throw new IllegalArgumentException(step + " does not pool");
    }

    static boolean isPooling(Step step) {
        return step instanceof Step.MaxPool || step instanceof Step.SmoothPool;
    }

    private static FeatureMap max(FeatureMap x, Step.MaxPool p) {
        int h = size(x.height(), p);
        int w = size(x.width(), p);
        if (h < 1 || w < 1) {
            throw tooSmall(x);
        }
        int c = x.channels();
        double[] out = new double[h * w * c];
        Arrays.fill(out, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < h; i++) {
            for (int j = 0; j < w; j++) {
                int to = (i * w + j) * c;
                for (int y = i * p.stride(); y < Math.min(x.height(), i * p.stride() + p.kernel()); y++) {
                    for (int z = j * p.stride(); z < Math.min(x.width(), j * p.stride() + p.kernel()); z++) {
                        int from = (y * x.width() + z) * c;
                        for (int k = 0; k < c; k++) {
                            out[to + k] = Math.max(out[to + k], x.values()[from + k]);
                        }
                    }
                }
            }
        }
        return new FeatureMap(h, w, c, out);
    }

    private static int size(int side, Step.MaxPool p) {
        int whole = Math.floorDiv(side - p.kernel(), p.stride()) + 1;
        boolean more = p.ceil() && side > p.kernel() && (side - p.kernel()) % p.stride() > 0;
        // A last window that would begin beyond the map is left out.
        return more && whole * p.stride() < side ? whole + 1 : whole;
    }

    private static FeatureMap smooth(FeatureMap x) {
        int h = (x.height() - 1) / 2 + 1;
        int w = (x.width() - 1) / 2 + 1;
        int c = x.channels();
        double[] out = new double[h * w * c];
        for (int i = 0; i < h; i++) {
            for (int j = 0; j < w; j++) {
                int to = (i * w + j) * c;
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        int y = 2 * i + dy;
                        int z = 2 * j + dx;
                        if (y < 0 || z < 0 || y >= x.height() || z >= x.width()) {
                            continue;
                        }
                        double weight = HANNING[dy + 1] * HANNING[dx + 1];
                        int from = (y * x.width() + z) * c;
                        for (int k = 0; k < c; k++) {
                            double v = x.values()[from + k];
                            out[to + k] += weight * v * v;
                        }
                    }
                }
                for (int k = 0; k < c; k++) {
                    out[to + k] = Math.sqrt(out[to + k] + FLOOR);
                }
            }
        }
        return new FeatureMap(h, w, c, out);
    }

    static IllegalArgumentException tooSmall(FeatureMap x) {
        return tooSmall(x.height(), x.width());
    }

    static IllegalArgumentException tooSmall(int height, int width) {
        return new IllegalArgumentException("a map of " + height + "x" + width + " is too small for the next"
                + " layer: the pictures are too small for this network, compare them at a larger size");
    }
}
