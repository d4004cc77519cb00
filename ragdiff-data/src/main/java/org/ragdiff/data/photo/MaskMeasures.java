package org.ragdiff.data.photo;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.CHAIN_APPROX_NONE;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_ELLIPSE;
import static org.bytedeco.opencv.global.opencv_imgproc.RETR_EXTERNAL;

import java.util.Arrays;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.data.opencv.MatImages;

/** Measures a mask for {@link MaskQuality}. Stateless. */
final class MaskMeasures {
    private static final int REACH = 4;
    private static final double WEAK = 6;
    private static final double UNEXPLAINED = 14;

    private MaskMeasures() {}

    /**
     * @param rgb the photo
     * @param inside the final mask, 1 inside
     * @param rawMask before cleaning, 1 inside: tells whether the garment runs out of the photo
     */
    static MaskQuality of(Mat rgb, byte[] inside, byte[] rawMask, float[] borderDistance, double keptShare) {
        int width = rgb.cols();
        int height = rgb.rows();
        int area = 0;
        for (byte b : inside) {
            area += b;
        }
        double solidity = 0;
        double smoothness = 0;
        try (MatVector contours = new MatVector();
                Mat copy = new Mat(height, width, CV_8UC1)) {
            copy.data().put(inside, 0, inside.length);
            opencv_imgproc.findContours(copy, contours, RETR_EXTERNAL, CHAIN_APPROX_NONE);
            if (contours.size() > 0) {
                Mat outline = contours.get(0);
                try (Mat hull = new Mat()) {
                    opencv_imgproc.convexHull(outline, hull);
                    double hullArea = opencv_imgproc.contourArea(hull);
                    double outlineArea = opencv_imgproc.contourArea(outline);
                    double perimeter = opencv_imgproc.arcLength(outline, true);
                    solidity = hullArea > 0 ? outlineArea / hullArea : 0;
                    smoothness = perimeter > 0 ? Math.min(1, 4 * Math.PI * outlineArea / (perimeter * perimeter)) : 0;
                }
            }
        }
        double[] contrast = outlineContrast(BorderColours.lab(rgb), inside, width, height);
        Arrays.sort(contrast);
        double median = contrast.length == 0 ? 0 : contrast[contrast.length / 2];
        int weak = 0;
        while (weak < contrast.length && contrast[weak] < WEAK) {
            weak++;
        }
        return new MaskQuality(
                (double) area / inside.length,
                borderContact(rawMask, width, height),
                solidity,
                median,
                contrast.length == 0 ? 1 : (double) weak / contrast.length,
                0,
                smoothness,
                keptShare,
                unexplained(inside, borderDistance, width, height),
                OutsideEdges.share(rgb, inside),
                0);
    }

    /** Share of the surroundings, a ring outside the mask, whose colours the border does not have. */
    private static double unexplained(byte[] inside, float[] borderDistance, int width, int height) {
        try (Mat mask = new Mat(height, width, CV_8UC1);
                Mat near = new Mat();
                Mat far = new Mat();
                Size small = new Size(5, 5);
                Size large = new Size(25, 25);
                Mat smallKernel = opencv_imgproc.getStructuringElement(MORPH_ELLIPSE, small);
                Mat largeKernel = opencv_imgproc.getStructuringElement(MORPH_ELLIPSE, large)) {
            mask.data().put(inside, 0, inside.length);
            opencv_imgproc.dilate(mask, near, smallKernel);
            opencv_imgproc.dilate(mask, far, largeKernel);
            byte[] a = MatImages.bytes(near);
            byte[] b = MatImages.bytes(far);
            int ring = 0;
            int odd = 0;
            for (int i = 0; i < a.length; i++) {
                if (a[i] == 0 && b[i] == 1) {
                    ring++;
                    odd += borderDistance[i] > UNEXPLAINED ? 1 : 0;
                }
            }
            return ring == 0 ? 1 : (double) odd / ring;
        }
    }

    static double iou(byte[] a, byte[] b) {
        int and = 0;
        int or = 0;
        for (int i = 0; i < a.length; i++) {
            and += a[i] & b[i];
            or += a[i] | b[i];
        }
        return or == 0 ? 1 : (double) and / or;
    }

    /** Contact with a frame just inside the band that is background by decree. */
    private static double borderContact(byte[] mask, int width, int height) {
        int band = Math.max(2, (int) Math.round(0.03 * Math.max(width, height))) + 1;
        if (2 * band >= Math.min(width, height)) {
            return 0;
        }
        int touched = 0;
        int all = 0;
        for (int x = band; x < width - band; x++) {
            touched += mask[band * width + x] + mask[(height - 1 - band) * width + x];
            all += 2;
        }
        for (int y = band; y < height - band; y++) {
            touched += mask[y * width + band] + mask[y * width + width - 1 - band];
            all += 2;
        }
        return (double) touched / all;
    }

    /** ΔE between the mean colours just inside and just outside, at each outline pixel. */
    private static double[] outlineContrast(float[] lab, byte[] inside, int width, int height) {
        double[] out = new double[inside.length];
        int n = 0;
        for (int y = 1; y < height - 1; y++) {
            for (int x = 1; x < width - 1; x++) {
                int p = y * width + x;
                boolean outline =
                        inside[p] == 1 && (inside[p - 1] & inside[p + 1] & inside[p - width] & inside[p + width]) == 0;
                if (outline) {
                    double c = localContrast(lab, inside, width, height, x, y);
                    if (c >= 0) {
                        out[n++] = c;
                    }
                }
            }
        }
        return Arrays.copyOf(out, n);
    }

    private static double localContrast(float[] lab, byte[] inside, int width, int height, int x, int y) {
        double[][] sum = new double[2][4];
        for (int v = Math.max(0, y - REACH); v <= Math.min(height - 1, y + REACH); v++) {
            for (int u = Math.max(0, x - REACH); u <= Math.min(width - 1, x + REACH); u++) {
                int q = v * width + u;
                double[] s = sum[inside[q]];
                for (int c = 0; c < 3; c++) {
                    s[c] += lab[3 * q + c];
                }
                s[3]++;
            }
        }
        if (sum[0][3] == 0 || sum[1][3] == 0) {
            return -1;
        }
        double squared = 0;
        for (int c = 0; c < 3; c++) {
            double d = sum[0][c] / sum[0][3] - sum[1][c] / sum[1][3];
            squared += d * d;
        }
        return Math.sqrt(squared);
    }
}
