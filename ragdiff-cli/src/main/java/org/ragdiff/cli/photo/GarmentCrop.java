package org.ragdiff.cli.photo;

import java.util.Optional;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.data.photo.PhotoPreparationOptions;
import org.ragdiff.data.photo.PhotoPreparer;
import org.ragdiff.data.photo.PreparedGarment;

/**
 * Finds the garment in a photo and the square around it in which it is as large as in the views that the
 * networks were trained on. Thread-safe.
 */
public final class GarmentCrop {
    /** Share of the square's side that the longer side of the garment covers. */
    public static final double COVERAGE = 0.8;

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
        return Optional.of(box(garment.get().photoMask(), photo, garment.get().confidence()));
    }

    private static Box box(Silhouette mask, RgbImage photo, double confidence) {
        int x0 = mask.width();
        int y0 = mask.height();
        int x1 = 0;
        int y1 = 0;
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                if (mask.at(x, y)) {
                    x0 = Math.min(x0, x);
                    y0 = Math.min(y0, y);
                    x1 = Math.max(x1, x + 1);
                    y1 = Math.max(y1, y + 1);
                }
            }
        }
        double sx = (double) photo.width() / mask.width();
        double sy = (double) photo.height() / mask.height();
        double side = Math.max((x1 - x0) * sx, (y1 - y0) * sy) / COVERAGE;
        int[] across = interval((x0 + x1) * sx / 2, side, photo.width());
        int[] down = interval((y0 + y1) * sy / 2, side, photo.height());
        return new Box(across[0], down[0], across[1] - across[0], down[1] - down[0], confidence);
    }

    /** From and to of a length around a centre, moved into [0, limit) where it fits, cut where not. */
    private static int[] interval(double centre, double length, int limit) {
        if (length >= limit) {
            return new int[] {0, limit};
        }
        double from = Math.max(0, Math.min(limit - length, centre - length / 2));
        return new int[] {(int) Math.floor(from), (int) Math.min(limit, Math.ceil(from + length))};
    }

    /** A copy of the part of the photo that the box shows. */
    public static RgbImage cut(RgbImage photo, Box box) {
        byte[] out = new byte[box.width() * box.height() * 3];
        for (int y = 0; y < box.height(); y++) {
            System.arraycopy(
                    photo.rgbUnsafe(),
                    ((box.top() + y) * photo.width() + box.left()) * 3,
                    out,
                    y * box.width() * 3,
                    box.width() * 3);
        }
        return RgbImage.wrap(box.width(), box.height(), out);
    }
}
