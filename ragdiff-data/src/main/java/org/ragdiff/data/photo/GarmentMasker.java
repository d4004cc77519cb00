package org.ragdiff.data.photo;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.GC_BGD;
import static org.bytedeco.opencv.global.opencv_imgproc.GC_FGD;
import static org.bytedeco.opencv.global.opencv_imgproc.GC_INIT_WITH_MASK;
import static org.bytedeco.opencv.global.opencv_imgproc.GC_PR_BGD;
import static org.bytedeco.opencv.global.opencv_imgproc.GC_PR_FGD;

import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.ragdiff.data.opencv.MatImages;

/**
 * GrabCut (Rother, Kolmogorov and Blake, 2004) without a user: the photo's border is background, a
 * prior says where the garment probably lies. Three priors (a centred ellipse; a frame; everything
 * that the border's colours explain badly) give three results, whose agreement tells how far the picture and not
 * the prior decided. Stateless and thread-safe; deterministic.
 */
final class GarmentMasker {
    /** OpenCV's k-means draws from a generator of the calling thread. */
    private static final int SEED = 20241128;

    private static final double FRAME = 0.08;

    /** Colours this many times more common outside leave the garment's prior. */
    private static final float PATCH = 3;

    private final PhotoPreparationOptions options;

    GarmentMasker(PhotoPreparationOptions options) {
        this.options = options;
    }

    /** GrabCut's mask from the centred ellipse, 1 inside; the caller closes it. */
    Mat fromEllipse(Mat rgb) {
        int width = rgb.cols();
        int height = rgb.rows();
        byte[] prior = borderPrior(width, height);
        double rx = 0.40 * width;
        double ry = 0.42 * height;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double dx = (x + 0.5 - width / 2.0) / rx;
                double dy = (y + 0.5 - height / 2.0) / ry;
                if (prior[y * width + x] != GC_BGD) {
                    double r = dx * dx + dy * dy;
                    prior[y * width + x] = (byte) (r < 0.02 ? GC_FGD : r < 1 ? GC_PR_FGD : GC_PR_BGD);
                }
            }
        }
        return run(rgb, prior);
    }

    /** GrabCut's mask from a frame: everything inside it may be garment, 1 inside; the caller closes it. */
    Mat fromFrame(Mat rgb) {
        int width = rgb.cols();
        int height = rgb.rows();
        byte[] prior = borderPrior(width, height);
        int dx = (int) Math.round(FRAME * width);
        int dy = (int) Math.round(FRAME * height);
        for (int y = dy; y < height - dy; y++) {
            for (int x = dx; x < width - dx; x++) {
                prior[y * width + x] = (byte) GC_PR_FGD;
            }
        }
        return run(rgb, prior);
    }

    /**
     * GrabCut's mask from the colours that the border does not have, 1 inside; the caller closes it.
     *
     * @param distance {@link BorderColours#distance} of the photo
     */
    Mat fromBorderColours(Mat rgb, float[] distance) {
        int width = rgb.cols();
        int height = rgb.rows();
        byte[] prior = borderPrior(width, height);
        float cut = BorderColours.otsu(distance);
        for (int i = 0; i < prior.length; i++) {
            if (prior[i] != GC_BGD) {
                prior[i] = (byte) (distance[i] > cut ? GC_PR_FGD : GC_PR_BGD);
            }
        }
        return run(rgb, prior);
    }

    /** GrabCut labels with the border as background and the rest as probable background. */
    byte[] borderPrior(int width, int height) {
        byte[] prior = new byte[width * height];
        int band = Math.max(2, (int) Math.round(options.border() * Math.max(width, height)));
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean border = x < band || y < band || x >= width - band || y >= height - band;
                prior[y * width + x] = (byte) (border ? GC_BGD : GC_PR_BGD);
            }
        }
        return prior;
    }

    private Mat run(Mat rgb, byte[] prior) {
        Mat mask = new Mat(rgb.rows(), rgb.cols(), CV_8UC1);
        mask.data().put(prior, 0, prior.length);
        boolean foreground = false;
        for (byte p : prior) {
            foreground |= p == GC_PR_FGD || p == GC_FGD;
        }
        if (foreground) {
            grabCut(rgb, mask, options.iterations());
            refine(rgb, mask, prior);
        }
        byte[] labels = MatImages.bytes(mask);
        for (int i = 0; i < labels.length; i++) {
            labels[i] &= 1;
        }
        mask.data().put(labels, 0, labels.length);
        return mask;
    }

    /** One more round from a prior without the patches that look like the other side. */
    private static void refine(Mat rgb, Mat mask, byte[] prior) {
        byte[] labels = MatImages.bytes(mask);
        byte[] inside = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            inside[i] = (byte) (labels[i] & 1);
        }
        float[] ratio = ColourModels.backgroundRatio(ColourModels.smoothed(rgb), inside);
        int left = 0;
        for (int i = 0; i < labels.length; i++) {
            if (prior[i] != GC_BGD) {
                boolean garment = inside[i] == 1 && ratio[i] < PATCH;
                labels[i] = (byte) (garment ? GC_PR_FGD : GC_PR_BGD);
                left += garment ? 1 : 0;
            }
        }
        if (left > 0) {
            mask.data().put(labels, 0, labels.length);
            grabCut(rgb, mask, 1);
        }
    }

    private static void grabCut(Mat rgb, Mat mask, int iterations) {
        opencv_core.setRNGSeed(SEED);
        try (Mat background = new Mat();
                Mat garment = new Mat();
                Rect unused = new Rect(0, 0, 1, 1)) {
            opencv_imgproc.grabCut(rgb, mask, unused, background, garment, iterations, GC_INIT_WITH_MASK);
        }
    }
}
