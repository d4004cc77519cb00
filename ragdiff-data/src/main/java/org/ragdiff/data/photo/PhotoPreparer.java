package org.ragdiff.data.photo;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.opencv.MatImages;

/**
 * Turns a photo of one garment, lying or hanging before a background, into its standard image: mask
 * ({@link GarmentMasker}), cleaning, cut-out in the standard frame, and a confidence. Thread-safe;
 * the same photo and options always give the same result.
 */
public final class PhotoPreparer {
    private static final int SMALLEST = 16;

    private final PhotoPreparationOptions options;
    private final GarmentMasker masker;

    public PhotoPreparer(PhotoPreparationOptions options) {
        this.options = Objects.requireNonNull(options, "options");
        this.masker = new GarmentMasker(options);
    }

    public PhotoPreparationOptions options() {
        return options;
    }

    /**
     * @param side of the standard image in pixels, 16 to 2048
     * @return the garment, whatever its confidence; empty if no garment was found at all or the photo
     *     is smaller than 16 pixels
     */
    public Optional<PreparedGarment> prepare(RgbImage photo, int side) {
        if (side < SMALLEST || side > 2048) {
            throw new IllegalArgumentException("side must be in 16..2048, got " + side);
        }
        if (Math.min(photo.width(), photo.height()) < SMALLEST) {
            return Optional.empty();
        }
        try (Mat full = MatImages.toMat(photo);
                Mat working = reduced(full, options.workingSide())) {
            return mask(working).map(m -> frame(full, working, m, side));
        }
    }

    private record Masked(byte[] inside, MaskQuality quality) {}

    /** The most plausible of the masks from all priors. */
    private Optional<Masked> mask(Mat working) {
        float[] distance = BorderColours.distance(working, masker.borderPrior(working.cols(), working.rows()));
        byte[] pixels = ColourModels.smoothed(working);
        List<Masked> candidates = new ArrayList<>();
        try (Mat fromEllipse = masker.fromEllipse(working);
                Mat fromFrame = masker.fromFrame(working);
                Mat fromColours = masker.fromBorderColours(working, distance)) {
            for (Mat raw : List.of(fromEllipse, fromFrame, fromColours)) {
                MaskCleaner.Cleaned clean = MaskCleaner.clean(raw, pixels);
                if (clean.keptShare() > 0) {
                    candidates.add(new Masked(
                            clean.mask(),
                            MaskMeasures.of(working, clean.mask(), MatImages.bytes(raw), distance, clean.keptShare())));
                }
            }
        }
        return candidates.stream()
                .map(c -> withAgreement(c, candidates))
                .max(Comparator.comparingDouble(c -> c.quality().confidence()));
    }

    private static Masked withAgreement(Masked mask, List<Masked> candidates) {
        double[] ious = candidates.stream()
                .filter(c -> c != mask)
                .mapToDouble(c -> MaskMeasures.iou(c.inside(), mask.inside()))
                .sorted()
                .toArray();
        double best = ious.length > 0 ? ious[ious.length - 1] : 0;
        double second = ious.length > 1 ? ious[0] : 0;
        return new Masked(mask.inside(), mask.quality().withAgreement(best, second));
    }

    private PreparedGarment frame(Mat full, Mat working, Masked masked, int side) {
        // A photo much larger than the frame adds nothing but time.
        try (Mat detail = reduced(full, Math.max(options.workingSide(), 3 * side));
                Mat mask = mat(masked.inside(), working);
                Mat detailMask = enlarged(mask, detail)) {
            StandardCutout.Framed framed = StandardCutout.frame(detail, detailMask, side);
            return new PreparedGarment(
                    framed.standard(),
                    framed.silhouette(),
                    masked.quality().confidence(),
                    masked.quality(),
                    MatImages.toImage(working),
                    MatImages.toSilhouette(mask, 1));
        }
    }

    private static Mat mat(byte[] mask, Mat like) {
        Mat out = new Mat(like.rows(), like.cols(), CV_8UC1);
        out.data().put(mask, 0, mask.length);
        return out;
    }

    /** A copy whose longer side is at most {@code side}. */
    private static Mat reduced(Mat image, int side) {
        int longer = Math.max(image.cols(), image.rows());
        if (longer <= side) {
            return image.clone();
        }
        Mat out = new Mat();
        int w = Math.max(1, (int) Math.round((double) image.cols() * side / longer));
        int h = Math.max(1, (int) Math.round((double) image.rows() * side / longer));
        try (Size size = new Size(w, h)) {
            opencv_imgproc.resize(image, out, size, 0, 0, INTER_AREA);
        }
        return out;
    }

    /** The mask at the size of another picture, its outline interpolated; 1 inside. */
    private static Mat enlarged(Mat mask, Mat like) {
        if (mask.cols() == like.cols() && mask.rows() == like.rows()) {
            return mask.clone();
        }
        Mat out = new Mat();
        try (Mat scaled = new Mat();
                Mat large = new Mat();
                Size size = new Size(like.cols(), like.rows())) {
            mask.convertTo(scaled, CV_8UC1, 255, 0);
            opencv_imgproc.resize(scaled, large, size, 0, 0, INTER_LINEAR);
            opencv_imgproc.threshold(large, out, 127, 1, opencv_imgproc.THRESH_BINARY);
        }
        return out;
    }
}
