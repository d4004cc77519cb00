package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;

/**
 * A photo as the wild tower sees it, in training and in inference: the whole photo, shrunk with
 * antialiasing into the middle of a square whose rest is mid-grey. Immutable.
 *
 * @param side of the square, in pixels
 */
record PhotoInput(int side) {
    /** Where a picture lies in the square. */
    private record Box(int left, int top, int width, int height) {}

    private Box box(int w, int h) {
        int width = w >= h ? side : (int) Math.max(1, Math.round((double) side * w / h));
        int height = h >= w ? side : (int) Math.max(1, Math.round((double) side * h / w));
        return new Box((side - width) / 2, (side - height) / 2, width, height);
    }

    /** Values of one photo. */
    int length() {
        return side * side * 3;
    }

    /** Writes [side, side, 3] in [-1, 1] at {@code to}. */
    void write(RgbImage photo, float[] out, int to) {
        Box box = box(photo.width(), photo.height());
        byte[] rgb = Resize.rgb(photo, box.width, box.height, ResampleFilter.BILINEAR)
                .rgbUnsafe();
        java.util.Arrays.fill(out, to, to + length(), 0);
        int row = box.width * 3;
        for (int y = 0; y < box.height; y++) {
            int at = to + ((y + box.top) * side + box.left) * 3;
            for (int i = 0; i < row; i++) {
                out[at + i] = (rgb[y * row + i] & 0xff) / 127.5f - 1;
            }
        }
    }

    /** Cells along a side of the mask. */
    int maskSide() {
        return side / 8 * StructureNet.MASK_CELLS;
    }

    /** Writes the garment's share of each cell, in the order of the tower's mask tokens, at {@code to}. */
    void writeMask(Silhouette garment, float[] out, int to) {
        Box box = box(garment.width(), garment.height());
        byte[] small = Masks.shrink(garment, Math.max(1, box.width / 4), Math.max(1, box.height / 4));
        int w = Math.max(1, box.width / 4);
        int cells = maskSide();
        int left = box.left / 4;
        int top = box.top / 4;
        for (int y = 0; y < cells; y++) {
            for (int x = 0; x < cells; x++) {
                int token = y / 2 * (cells / 2) + x / 2;
                int at = to + token * 4 + y % 2 * 2 + x % 2;
                int sy = y - top;
                int sx = x - left;
                boolean inside = sx >= 0 && sx < w && sy >= 0 && sy < small.length / w;
                out[at] = inside ? (small[sy * w + sx] & 0xff) / 255f : 0;
            }
        }
    }
}
