package org.ragdiff.data.photo;

import static org.bytedeco.opencv.global.opencv_core.CV_32S;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.CC_STAT_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_ELLIPSE;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_OPEN;

import org.bytedeco.javacpp.indexer.IntIndexer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.data.opencv.MatImages;

/**
 * Makes one garment of a raw mask: thin fringes removed, largest component, holes filled. Stateless.
 */
final class MaskCleaner {
    /** Fringes narrower than this share of the longer side are removed (hanger hooks, sheet creases). */
    private static final double FRINGE = 0.025;

    private MaskCleaner() {}

    /**
     * @param mask 1 or 255 inside, of the whole matrix
     * @param keptShare area of the largest component / area of all components before filling
     */
    record Cleaned(byte[] mask, double keptShare) {}

    /** The mask is not modified; the result has 1 inside. */
    static Cleaned clean(Mat raw) {
        int width = raw.cols();
        int height = raw.rows();
        int k = Math.max(3, (int) Math.round(FRINGE * Math.max(width, height)) | 1);
        try (Mat opened = new Mat();
                Size size = new Size(k, k);
                Mat kernel = opencv_imgproc.getStructuringElement(MORPH_ELLIPSE, size)) {
            opencv_imgproc.morphologyEx(raw, opened, MORPH_OPEN, kernel);
            int[] largest = new int[2];
            byte[] component = largest(opened, largest);
            double kept = largest[1] == 0 ? 0 : (double) largest[0] / largest[1];
            return new Cleaned(fillHoles(component, width, height), kept);
        }
    }

    /** The largest 8-connected component; {@code areas} receives its area and that of all. */
    private static byte[] largest(Mat mask, int[] areas) {
        int n = mask.rows() * mask.cols();
        byte[] out = new byte[n];
        try (Mat labels = new Mat();
                Mat stats = new Mat();
                Mat centroids = new Mat()) {
            int count = opencv_imgproc.connectedComponentsWithStats(mask, labels, stats, centroids, 8, CV_32S);
            int best = 0;
            try (IntIndexer s = stats.createIndexer()) {
                for (int i = 1; i < count; i++) {
                    int area = s.get(i, CC_STAT_AREA);
                    areas[1] += area;
                    if (area > areas[0]) {
                        areas[0] = area;
                        best = i;
                    }
                }
            }
            if (best > 0) {
                int[] label = new int[n];
                try (IntIndexer l = labels.createIndexer()) {
                    l.get(0L, label);
                }
                for (int i = 0; i < n; i++) {
                    out[i] = (byte) (label[i] == best ? 1 : 0);
                }
            }
        }
        return out;
    }

    /** Everything that cannot be reached from the frame's edge through pixels outside (4-connected). */
    private static byte[] fillHoles(byte[] mask, int width, int height) {
        byte[] padded = new byte[(width + 2) * (height + 2)];
        for (int y = 0; y < height; y++) {
            System.arraycopy(mask, y * width, padded, (y + 1) * (width + 2) + 1, width);
        }
        try (Mat m = new Mat(height + 2, width + 2, CV_8UC1)) {
            m.data().put(padded, 0, padded.length);
            try (Point seed = new Point(0, 0);
                    Scalar two = new Scalar(2)) {
                opencv_imgproc.floodFill(m, seed, two);
            }
            padded = MatImages.bytes(m);
        }
        byte[] out = new byte[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                out[y * width + x] = (byte) (padded[(y + 1) * (width + 2) + x + 1] == 2 ? 0 : 1);
            }
        }
        return out;
    }
}
