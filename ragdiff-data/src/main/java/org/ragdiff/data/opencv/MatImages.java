package org.ragdiff.data.opencv;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import org.bytedeco.opencv.opencv_core.Mat;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** Copies pictures into and out of OpenCV matrices. Stateless. The caller closes the matrices. */
public final class MatImages {
    private MatImages() {}

    /** A new CV_8UC3 matrix in the order R, G, B (not OpenCV's usual B, G, R). */
    public static Mat toMat(RgbImage image) {
        Mat mat = new Mat(image.height(), image.width(), CV_8UC3);
        mat.data().put(image.rgbUnsafe(), 0, image.rgbUnsafe().length);
        return mat;
    }

    /** The picture in a CV_8UC3 matrix in the order R, G, B. */
    public static RgbImage toImage(Mat mat) {
        if (mat.type() != CV_8UC3) {
            throw new IllegalArgumentException("expected a matrix of type CV_8UC3, got type " + mat.type());
        }
        byte[] rgb = new byte[Math.multiplyExact(mat.rows(), mat.cols()) * 3];
        copyRows(mat, rgb, mat.cols() * 3);
        return RgbImage.wrap(mat.cols(), mat.rows(), rgb);
    }

    /** A new CV_8UC1 matrix, 255 inside and 0 outside. */
    public static Mat toMat(Silhouette silhouette) {
        boolean[] inside = silhouette.toArray();
        byte[] bytes = new byte[inside.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (inside[i] ? 255 : 0);
        }
        Mat mat = new Mat(silhouette.height(), silhouette.width(), CV_8UC1);
        mat.data().put(bytes, 0, bytes.length);
        return mat;
    }

    /** The silhouette of the cells of a CV_8UC1 matrix that are at least {@code threshold}. */
    public static Silhouette toSilhouette(Mat mat, int threshold) {
        byte[] bytes = bytes(mat);
        boolean[] inside = new boolean[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            inside[i] = (bytes[i] & 0xff) >= threshold;
        }
        return new Silhouette(mat.cols(), mat.rows(), inside);
    }

    /** The cells of a CV_8UC1 matrix, row-major. */
    public static byte[] bytes(Mat mat) {
        if (mat.type() != CV_8UC1) {
            throw new IllegalArgumentException("expected a matrix of type CV_8UC1, got type " + mat.type());
        }
        byte[] bytes = new byte[Math.multiplyExact(mat.rows(), mat.cols())];
        copyRows(mat, bytes, mat.cols());
        return bytes;
    }

    private static void copyRows(Mat mat, byte[] target, int rowBytes) {
        if (mat.isContinuous()) {
            mat.data().get(target, 0, target.length);
            return;
        }
        for (int y = 0; y < mat.rows(); y++) {
            mat.ptr(y).get(target, y * rowBytes, rowBytes);
        }
    }
}
