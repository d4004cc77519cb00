package org.ragdiff.cli.photo;

import java.util.Optional;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.photo.GarmentWindow;
import org.ragdiff.data.photo.PhotoPreparationOptions;
import org.ragdiff.data.photo.PhotoPreparer;
import org.ragdiff.data.photo.PreparedGarment;

/**
 * Finds the garment in a photo and the square around it in which it is as large as in the views that the
 * networks were trained on. Thread-safe.
 */
public final class GarmentCrop {
    /**
     * Stricter than for cut-outs: a crop to a part of the garment loses more than the wider view, which the
     * networks know as well.
     */
    private static final double SURE = 0.7;

    private static final int SMALLEST_SIDE = 16;

    private final PhotoPreparer preparer = new PhotoPreparer(PhotoPreparationOptions.defaults());

    /**
     * A rectangle of a photo in whole pixels: the square, less what lies beyond the photo's edges.
     *
     * @param left first column
     * @param top first row
     * @param width in pixels
     * @param height in pixels
     * @param maskConfidence how sure the garment's mask is, in [0, 1]
     */
    public record Box(int left, int top, int width, int height, double maskConfidence) {}

    /** @return empty if the garment is not found with confidence */
    public Optional<Box> find(RgbImage photo) {
        Optional<PreparedGarment> garment = preparer.prepare(photo, SMALLEST_SIDE);
        if (garment.isEmpty() || garment.get().confidence() < SURE) {
            return Optional.empty();
        }
        double confidence = garment.get().confidence();
        return GarmentWindow.around(garment.get().photoMask(), photo.width(), photo.height())
                .map(w -> new Box(w.left(), w.top(), w.width(), w.height(), confidence));
    }

    /** A copy of the part of the photo that the box shows. */
    public static RgbImage cut(RgbImage photo, Box box) {
        return new GarmentWindow(box.left(), box.top(), box.width(), box.height()).cut(photo);
    }
}
