package org.ragdiff.data.opencv;

import org.bytedeco.javacpp.indexer.IntIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Pixels on an outline mix the colours of its two sides. Here they, and all beyond, take the colour
 * of the nearest pixel well inside, so that the inside can be blended with anything. Stateless.
 */
public final class EdgeColours {
    private EdgeColours() {}

    /**
     * @param rgb three bytes a pixel, not modified
     * @param mask CV_8UC1, not 0 inside, not modified
     * @param depth how many pixels within the outline are taken for mixed
     * @return a new array: {@code rgb} with everything but the inside replaced
     */
    public static byte[] extend(byte[] rgb, Mat mask, int depth) {
        int n = mask.rows() * mask.cols();
        int[] label = new int[n];
        byte[] inner;
        try (Mat eroded = new Mat();
                Mat inverted = new Mat();
                Mat distance = new Mat();
                Mat labels = new Mat();
                Size k = new Size(2 * depth + 1, 2 * depth + 1);
                Mat kernel = opencv_imgproc.getStructuringElement(opencv_imgproc.MORPH_ELLIPSE, k)) {
            opencv_imgproc.erode(mask, eroded, kernel);
            if (opencv_core.countNonZero(eroded) == 0) {
                mask.copyTo(eroded);
            }
            if (opencv_core.countNonZero(eroded) == 0) {
                return rgb.clone();
            }
            inner = MatImages.bytes(eroded);
            opencv_imgproc.threshold(eroded, inverted, 0, 255, opencv_imgproc.THRESH_BINARY_INV);
            opencv_imgproc.distanceTransformWithLabels(
                    inverted, distance, labels, opencv_imgproc.DIST_L2, 5, opencv_imgproc.DIST_LABEL_PIXEL);
            try (IntIndexer l = labels.createIndexer()) {
                l.get(0L, label);
            }
        }
        int[] source = new int[n + 1];
        for (int i = 0; i < n; i++) {
            if (inner[i] != 0) {
                source[label[i]] = i;
            }
        }
        byte[] out = rgb.clone();
        for (int i = 0; i < n; i++) {
            if (inner[i] == 0) {
                int from = 3 * source[label[i]];
                out[3 * i] = rgb[from];
                out[3 * i + 1] = rgb[from + 1];
                out[3 * i + 2] = rgb[from + 2];
            }
        }
        return out;
    }
}
