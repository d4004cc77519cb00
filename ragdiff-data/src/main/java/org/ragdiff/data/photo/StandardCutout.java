package org.ragdiff.data.photo;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.data.opencv.EdgeColours;
import org.ragdiff.data.opencv.MatImages;

/**
 * Lays a masked garment into the standard frame. Pixels near the outline mix garment and background
 * in the photo; they take the colour of the nearest pixel well inside before they are blended with
 * white, so that no fringe of the old background is left. Stateless.
 */
final class StandardCutout {
    private StandardCutout() {}

    /** A standard image and its silhouette. */
    record Framed(RgbImage standard, Silhouette silhouette) {}

    /**
     * @param rgb CV_8UC3, not modified
     * @param mask CV_8UC1 of the same size, 1 inside, not empty, not modified
     * @param side of the frame in pixels
     */
    static Framed frame(Mat rgb, Mat mask, int side) {
        int erode = Math.max(1, Math.max(rgb.cols(), rgb.rows()) / 110);
        try (Mat bled = MatImages.toMat(RgbImage.wrap(
                        rgb.cols(),
                        rgb.rows(),
                        EdgeColours.extend(MatImages.toImage(rgb).rgbUnsafe(), mask, erode)));
                Mat scaledMask = new Mat();
                Mat alphaSoft = new Mat();
                Size blur = new Size(0, 0)) {
            mask.convertTo(scaledMask, CV_8UC1, 255, 0);
            opencv_imgproc.GaussianBlur(scaledMask, alphaSoft, blur, Math.max(0.8, erode * 0.8));
            Rect box = boundingBox(MatImages.bytes(alphaSoft), rgb.cols(), rgb.rows());
            double scale = StandardFrame.COVERAGE * side / Math.max(box.width(), box.height());
            return compose(bled, alphaSoft, box, scale, side);
        }
    }

    private static Framed compose(Mat colour, Mat alpha, Rect box, double scale, int side) {
        double cx = box.x() + box.width() / 2.0;
        double cy = box.y() + box.height() / 2.0;
        byte[] white = new byte[side * side * 3];
        try (Mat c = centred(colour, cx, cy, scale, side);
                Mat a = centred(alpha, cx, cy, scale, side)) {
            byte[] rgb = MatImages.toImage(c).rgbUnsafe();
            byte[] al = MatImages.bytes(a);
            boolean[] inside = new boolean[side * side];
            for (int i = 0; i < al.length; i++) {
                int v = sharpen(al[i] & 0xff);
                inside[i] = v >= 128;
                for (int k = 0; k < 3; k++) {
                    int g = rgb[3 * i + k] & 0xff;
                    white[3 * i + k] = (byte) ((g * v + 255 * (255 - v) + 127) / 255);
                }
            }
            return new Framed(RgbImage.wrap(side, side, white), new Silhouette(side, side, inside));
        }
    }

    /** Narrows the ramp of a blurred mask to about two pixels, still centred at one half. */
    private static int sharpen(int alpha) {
        return Math.max(0, Math.min(255, (alpha - 128) * 2 + 128));
    }

    private static Mat centred(Mat source, double cx, double cy, double scale, int side) {
        Mat out = new Mat();
        try (Mat reduced = new Mat();
                Size frame = new Size(side, side)) {
            Mat from = source;
            double s = scale;
            if (scale < 0.75) {
                int w = Math.max(1, (int) Math.round(source.cols() * scale));
                int h = Math.max(1, (int) Math.round(source.rows() * scale));
                try (Size reducedSize = new Size(w, h)) {
                    opencv_imgproc.resize(source, reduced, reducedSize, 0, 0, INTER_AREA);
                }
                from = reduced;
                s = 1;
            }
            double fx = (double) from.cols() / source.cols();
            double fy = (double) from.rows() / source.rows();
            try (Mat affine = new Mat(2, 3, opencv_core.CV_64F);
                    Scalar black = new Scalar()) {
                try (DoubleIndexer m = affine.createIndexer()) {
                    m.put(0, 0, s);
                    m.put(0, 1, 0);
                    m.put(0, 2, side / 2.0 - 0.5 - s * (cx * fx - 0.5));
                    m.put(1, 0, 0);
                    m.put(1, 1, s);
                    m.put(1, 2, side / 2.0 - 0.5 - s * (cy * fy - 0.5));
                }
                opencv_imgproc.warpAffine(from, out, affine, frame, INTER_LINEAR, opencv_core.BORDER_CONSTANT, black);
            }
        }
        return out;
    }

    private static Rect boundingBox(byte[] alpha, int width, int height) {
        int x0 = width;
        int y0 = height;
        int x1 = -1;
        int y1 = -1;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if ((alpha[y * width + x] & 0xff) >= 128) {
                    x0 = Math.min(x0, x);
                    x1 = Math.max(x1, x);
                    y0 = Math.min(y0, y);
                    y1 = Math.max(y1, y);
                }
            }
        }
        return x1 < 0 ? new Rect(0, 0, width, height) : new Rect(x0, y0, x1 - x0 + 1, y1 - y0 + 1);
    }
}
