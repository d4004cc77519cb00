package org.ragdiff.data.photo;

import static org.bytedeco.opencv.global.opencv_core.CV_32S;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.CC_STAT_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_ELLIPSE;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_OPEN;

import java.util.Arrays;
import org.bytedeco.javacpp.indexer.IntIndexer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Makes one garment of a raw mask: thin fringes removed, largest component, holes filled. Stateless.
 */
final class MaskCleaner {
    /** Fringes narrower than this share of the longer side are removed (hanger hooks, sheet creases). */
    private static final double FRINGE = 0.025;

    /** Holes under this share of the photo are print or noise. */
    private static final double SMALLEST_HOLE = 0.002;

    /** A hole shows the background if most of its colours are this many times more common outside. */
    private static final float BACKGROUND_LIKE = 3;

    private MaskCleaner() {}

    /**
     * @param mask 1 or 255 inside, of the whole matrix
     * @param keptShare area of the largest component / area of all components before filling
     */
    record Cleaned(byte[] mask, double keptShare) {}

    /**
     * The mask is not modified; the result has 1 inside.
     *
     * <p>A hole that shows the background stays a hole if it lies where garments have gaps: beside the
     * body or between the legs. In the middle of the chest it is taken for print.
     *
     * @param pixels {@link ColourModels#smoothed} of the photo
     */
    static Cleaned clean(Mat raw, byte[] pixels) {
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
            return new Cleaned(fillHoles(component, pixels, width, height), kept);
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

    private static byte[] fillHoles(byte[] mask, byte[] pixels, int width, int height) {
        int n = width * height;
        int[] label = new int[n];
        int holes = labelHoles(mask, label, width, height);
        byte[] sides = mask.clone();
        int[] box = {width, height, 0, 0};
        for (int i = 0; i < n; i++) {
            if (mask[i] == 1) {
                box[0] = Math.min(box[0], i % width);
                box[1] = Math.min(box[1], i / width);
                box[2] = Math.max(box[2], i % width);
                box[3] = Math.max(box[3], i / width);
            } else if (label[i] > 0) {
                sides[i] = 2;
            }
        }
        float[] ratio = ColourModels.backgroundRatio(pixels, sides);
        int[] area = new int[holes + 1];
        int[] background = new int[holes + 1];
        long[] sumX = new long[holes + 1];
        long[] sumY = new long[holes + 1];
        for (int i = 0; i < n; i++) {
            int k = label[i];
            area[k]++;
            background[k] += ratio[i] > BACKGROUND_LIKE ? 1 : 0;
            sumX[k] += i % width;
            sumY[k] += i / width;
        }
        byte[] out = mask.clone();
        for (int i = 0; i < n; i++) {
            int k = label[i];
            if (k > 0) {
                double x = ((double) sumX[k] / area[k] - box[0]) / Math.max(1, box[2] - box[0]);
                double y = ((double) sumY[k] / area[k] - box[1]) / Math.max(1, box[3] - box[1]);
                boolean whereGapsAre = Math.abs(x - 0.5) > 0.2 || y > 0.5;
                boolean gap = whereGapsAre && area[k] >= SMALLEST_HOLE * n && 2 * background[k] > area[k];
                out[i] = (byte) (gap ? 0 : 1);
            }
        }
        return out;
    }

    /** Numbers the 4-connected holes from 1; 0 is the mask and what is connected with the frame's edge. */
    private static int labelHoles(byte[] mask, int[] label, int width, int height) {
        byte[] outside = new byte[(width + 2) * (height + 2)];
        Arrays.fill(outside, (byte) 1);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                outside[(y + 1) * (width + 2) + x + 1] = (byte) (1 - mask[y * width + x]);
            }
        }
        int[] padded = new int[outside.length];
        int count;
        try (Mat m = new Mat(height + 2, width + 2, CV_8UC1);
                Mat labels = new Mat()) {
            m.data().put(outside, 0, outside.length);
            count = opencv_imgproc.connectedComponents(m, labels, 4, CV_32S);
            try (IntIndexer l = labels.createIndexer()) {
                l.get(0L, padded);
            }
        }
        // The padding's label is 1: the scan starts there.
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                label[y * width + x] = Math.max(0, padded[(y + 1) * (width + 2) + x + 1] - 1);
            }
        }
        return count - 2;
    }
}
