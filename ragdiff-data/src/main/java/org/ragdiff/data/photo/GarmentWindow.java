package org.ragdiff.data.photo;

import java.util.Optional;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * A rectangle of a photo in whole pixels: the square around a garment in which it is as large as in the views
 * that networks are trained on, less what lies beyond the photo's edges.
 *
 * @param left first column
 * @param top first row
 * @param width in pixels
 * @param height in pixels
 */
public record GarmentWindow(int left, int top, int width, int height) {
    /** Share of the square's side that the longer side of the garment covers. */
    public static final double COVERAGE = 0.8;

    /**
     * @param mask of the garment, at any scale of the photo
     * @return empty if the mask is
     */
    public static Optional<GarmentWindow> around(Silhouette mask, int photoWidth, int photoHeight) {
        if (mask.area() == 0) {
            return Optional.empty();
        }
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
        double sx = (double) photoWidth / mask.width();
        double sy = (double) photoHeight / mask.height();
        double side = Math.max((x1 - x0) * sx, (y1 - y0) * sy) / COVERAGE;
        int[] across = interval((x0 + x1) * sx / 2, side, photoWidth);
        int[] down = interval((y0 + y1) * sy / 2, side, photoHeight);
        return Optional.of(new GarmentWindow(across[0], down[0], across[1] - across[0], down[1] - down[0]));
    }

    /** From and to of a length around a centre, moved into [0, limit) where it fits, cut where not. */
    private static int[] interval(double centre, double length, int limit) {
        if (length >= limit) {
            return new int[] {0, limit};
        }
        double from = Math.max(0, Math.min(limit - length, centre - length / 2));
        return new int[] {(int) Math.floor(from), (int) Math.min(limit, Math.ceil(from + length))};
    }

    /** A copy of the part of the photo that the window shows. */
    public RgbImage cut(RgbImage photo) {
        byte[] out = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            System.arraycopy(photo.rgbUnsafe(), ((top + y) * photo.width() + left) * 3, out, y * width * 3, width * 3);
        }
        return RgbImage.wrap(width, height, out);
    }

    /** The part of a mask of the photo's size. */
    public Silhouette cut(Silhouette mask) {
        boolean[] inside = new boolean[width * height];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = mask.at(left + i % width, top + i / width);
        }
        return new Silhouette(width, height, inside);
    }
}
