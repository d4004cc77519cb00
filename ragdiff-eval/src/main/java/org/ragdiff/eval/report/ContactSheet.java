package org.ragdiff.eval.report;

import java.util.Arrays;
import java.util.List;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;

/** Many pictures on one sheet. Stateless. */
public final class ContactSheet {
    private static final int GAP = 6;
    private static final int PAPER = 232;
    private static final long MAX_PIXELS = 1L << 28;

    private ContactSheet() {}

    /**
     * Square cells, row by row, each picture fitted into its cell and centred.
     *
     * @param pictures at least one
     * @param columns at least 1
     * @param cell side of a cell, in pixels
     */
    public static RgbImage grid(List<RgbImage> pictures, int columns, int cell) {
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("pictures is empty, a contact sheet needs at least one");
        }
        if (columns < 1 || cell < 1) {
            throw new IllegalArgumentException("columns and cell must be at least 1, got " + columns + " and " + cell);
        }
        int across = Math.min(columns, pictures.size());
        int down = (pictures.size() + columns - 1) / columns;
        long width = (long) across * (cell + GAP) + GAP;
        long height = (long) down * (cell + GAP) + GAP;
        if (width * height > MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "a sheet of " + width + "x" + height + " is too large: make cells smaller");
        }
        byte[] rgb = new byte[(int) (3 * width * height)];
        Arrays.fill(rgb, (byte) PAPER);
        for (int i = 0; i < pictures.size(); i++) {
            RgbImage fitted = fit(pictures.get(i), cell);
            int x0 = GAP + i % columns * (cell + GAP) + (cell - fitted.width()) / 2;
            int y0 = GAP + i / columns * (cell + GAP) + (cell - fitted.height()) / 2;
            for (int y = 0; y < fitted.height(); y++) {
                System.arraycopy(
                        fitted.rgbUnsafe(),
                        3 * y * fitted.width(),
                        rgb,
                        (int) (3 * ((y0 + y) * width + x0)),
                        3 * fitted.width());
            }
        }
        return RgbImage.wrap((int) width, (int) height, rgb);
    }

    private static RgbImage fit(RgbImage image, int cell) {
        int longest = Math.max(image.width(), image.height());
        int w = Math.max(1, (int) Math.round((double) image.width() * cell / longest));
        int h = Math.max(1, (int) Math.round((double) image.height() * cell / longest));
        return Resize.rgb(image, w, h, ResampleFilter.LANCZOS);
    }
}
