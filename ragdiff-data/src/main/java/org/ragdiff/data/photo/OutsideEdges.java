package org.ragdiff.data.photo;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_ELLIPSE;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_GRADIENT;

import java.util.Arrays;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.data.opencv.MatImages;

/**
 * Looks for a missing part of the garment: edges beside the mask that are stronger than the
 * background's own texture near the photo's border. Stateless.
 */
final class OutsideEdges {
    /** Width of the border zone whose texture is the measure, as a share of the side. */
    private static final double ZONE = 0.09;

    private static final int WEAKEST_EDGE = 40;

    private OutsideEdges() {}

    /**
     * @param inside the mask, 1 inside
     * @return share of the mask's surroundings on such edges, in [0, 1]
     */
    static double share(Mat rgb, byte[] inside) {
        int width = rgb.cols();
        int height = rgb.rows();
        byte[] edge = edges(rgb);
        byte[] near = dilated(inside, width, height, 7);
        byte[] far = dilated(inside, width, height, 31);
        int zx = (int) Math.ceil(ZONE * width);
        int zy = (int) Math.ceil(ZONE * height);
        int[] zone = new int[edge.length];
        int zoned = 0;
        for (int i = 0; i < edge.length; i++) {
            int x = i % width;
            int y = i / width;
            boolean border = x < zx || y < zy || x >= width - zx || y >= height - zy;
            if (border && near[i] == 0) {
                zone[zoned++] = edge[i] & 0xff;
            }
        }
        Arrays.sort(zone, 0, zoned);
        int usual = zoned == 0 ? 0 : zone[(int) (0.95 * (zoned - 1))];
        int cut = Math.max(WEAKEST_EDGE, (int) (1.3 * usual));
        int ring = 0;
        int strong = 0;
        for (int i = 0; i < edge.length; i++) {
            if (far[i] == 1 && near[i] == 0) {
                ring++;
                strong += (edge[i] & 0xff) > cut ? 1 : 0;
            }
        }
        return ring == 0 ? 1 : (double) strong / ring;
    }

    /** Morphological gradient, the largest over the channels. */
    private static byte[] edges(Mat rgb) {
        byte[] pixels;
        try (Mat gradient = new Mat();
                Size k = new Size(3, 3);
                Mat kernel = opencv_imgproc.getStructuringElement(MORPH_ELLIPSE, k)) {
            opencv_imgproc.morphologyEx(rgb, gradient, MORPH_GRADIENT, kernel);
            pixels = MatImages.toImage(gradient).rgbUnsafe();
        }
        byte[] out = new byte[pixels.length / 3];
        for (int i = 0; i < out.length; i++) {
            int r = pixels[3 * i] & 0xff;
            int g = pixels[3 * i + 1] & 0xff;
            int b = pixels[3 * i + 2] & 0xff;
            out[i] = (byte) Math.max(r, Math.max(g, b));
        }
        return out;
    }

    private static byte[] dilated(byte[] inside, int width, int height, int size) {
        try (Mat mask = new Mat(height, width, CV_8UC1);
                Mat out = new Mat();
                Size k = new Size(size, size);
                Mat kernel = opencv_imgproc.getStructuringElement(MORPH_ELLIPSE, k)) {
            mask.data().put(inside, 0, inside.length);
            opencv_imgproc.dilate(mask, out, kernel);
            return MatImages.bytes(out);
        }
    }
}
