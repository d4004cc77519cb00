package org.ragdiff.data.wild;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.data.opencv.EdgeColours;
import org.ragdiff.data.opencv.MatImages;

/**
 * A garment as a piece of cloth: colours that reach beyond its outline, coverage, and how much of the
 * coverage is its front. Belongs to one view; the arrays are not modified after construction.
 *
 * @param side of the square arrays
 * @param rgb three bytes a pixel
 * @param alpha coverage by any cloth, 0..255
 * @param front coverage by the garment's front, 0..255
 */
record GarmentLayer(int side, byte[] rgb, byte[] alpha, byte[] front) {

    /** Reduces the standard image to {@code side} first if it is larger: resampling must not alias. */
    static GarmentLayer of(RgbImage standard, Silhouette silhouette, int side) {
        if (standard.width() != standard.height()) {
            throw new IllegalArgumentException("the standard image must be square, got " + standard);
        }
        if (silhouette.width() != standard.width() || silhouette.height() != standard.height()) {
            throw new IllegalArgumentException("the silhouette is " + silhouette.width() + "x" + silhouette.height()
                    + ", the standard image " + standard.width() + "x" + standard.height());
        }
        try (Mat image = MatImages.toMat(standard);
                Mat mask = MatImages.toMat(silhouette);
                Mat soft = new Mat();
                Size blur = new Size(3, 3)) {
            byte[] rgb = EdgeColours.extend(standard.rgbUnsafe(), mask, 1);
            opencv_imgproc.GaussianBlur(mask, soft, blur, 0.7);
            if (standard.width() <= side) {
                byte[] alpha = MatImages.bytes(soft);
                return new GarmentLayer(standard.width(), rgb, alpha, alpha);
            }
            try (Size size = new Size(side, side)) {
                image.data().put(rgb, 0, rgb.length);
                opencv_imgproc.resize(image, image, size, 0, 0, INTER_AREA);
                opencv_imgproc.resize(soft, soft, size, 0, 0, INTER_AREA);
            }
            byte[] alpha = MatImages.bytes(soft);
            return new GarmentLayer(side, MatImages.toImage(image).rgbUnsafe(), alpha, alpha);
        }
    }

    /** The layer seen through a map of {@code width * width} source coordinates. */
    GarmentLayer remap(float[] mapX, float[] mapY, int width) {
        try (Mat x = floats(mapX, width);
                Mat y = floats(mapY, width);
                Mat colour = new Mat(side, side, CV_8UC3);
                Mat out = new Mat();
                Scalar zero = new Scalar()) {
            colour.data().put(rgb, 0, rgb.length);
            opencv_imgproc.remap(colour, out, x, y, INTER_LINEAR, BORDER_REPLICATE, zero);
            byte[] colours = MatImages.toImage(out).rgbUnsafe();
            byte[] cover = remap(alpha, x, y);
            return new GarmentLayer(width, colours, cover, front == alpha ? cover : remap(front, x, y));
        }
    }

    private byte[] remap(byte[] plane, Mat x, Mat y) {
        try (Mat source = new Mat(side, side, CV_8UC1);
                Mat out = new Mat();
                Scalar zero = new Scalar()) {
            source.data().put(plane, 0, plane.length);
            opencv_imgproc.remap(source, out, x, y, INTER_LINEAR, BORDER_CONSTANT, zero);
            return MatImages.bytes(out);
        }
    }

    private static Mat floats(float[] values, int width) {
        Mat m = new Mat(values.length / width, width, CV_32FC1);
        try (FloatPointer p = new FloatPointer(m.data())) {
            p.put(values, 0, values.length);
        }
        return m;
    }
}
