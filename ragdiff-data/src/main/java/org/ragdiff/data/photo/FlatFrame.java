package org.ragdiff.data.photo;

import java.util.Arrays;
import java.util.Optional;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.image.SourceBox;

/**
 * Lays a flat-lay whose silhouette is known into the standard frame: the garment's longer side covers the frame's
 * share, its centre lies in the frame's, everything else is white. Stateless.
 */
public final class FlatFrame {
    private FlatFrame() {}

    /**
     * @param standard square, on white
     * @param silhouette of {@code standard}, same size
     */
    public record Laid(RgbImage standard, Silhouette silhouette) {}

    /**
     * @param flat any size; not modified
     * @param garment of the same size
     * @param side of the results in pixels, at least 1
     * @return empty if the silhouette is
     * @throws IllegalArgumentException if the sizes differ
     */
    public static Optional<Laid> lay(RgbImage flat, Silhouette garment, int side) {
        if (garment.width() != flat.width() || garment.height() != flat.height()) {
            throw new IllegalArgumentException("the flat is " + flat.width() + "x" + flat.height() + ", its silhouette "
                    + garment.width() + "x" + garment.height());
        }
        if (garment.area() == 0) {
            return Optional.empty();
        }
        int[] box = box(garment);
        int longest = Math.max(box[2] - box[0], box[3] - box[1]);
        int square = Math.max(1, (int) Math.round(longest / StandardFrame.COVERAGE));
        int left = (box[0] + box[2] - square) / 2;
        int top = (box[1] + box[3] - square) / 2;
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(square, square), 3)];
        Arrays.fill(rgb, (byte) 255);
        byte[] mask = new byte[square * square];
        for (int i = 0; i < mask.length; i++) {
            int x = left + i % square;
            int y = top + i / square;
            if (x >= 0 && y >= 0 && x < flat.width() && y < flat.height() && garment.at(x, y)) {
                mask[i] = (byte) 255;
                System.arraycopy(flat.rgbUnsafe(), 3 * (y * flat.width() + x), rgb, 3 * i, 3);
            }
        }
        RgbImage standard = Resize.rgb(RgbImage.wrap(square, square, rgb), side, side, ResampleFilter.BICUBIC);
        byte[] share =
                Resize.bytes(mask, 1, square, square, SourceBox.whole(square, square), side, side, ResampleFilter.BOX);
        return Optional.of(new Laid(standard, atLeastHalf(share, side, side)));
    }

    /** The cells of which at least a half is inside; what {@link Resize#bytes} makes of 0 and 255. */
    private static Silhouette atLeastHalf(byte[] share, int width, int height) {
        boolean[] inside = new boolean[share.length];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = (share[i] & 0xff) >= 128;
        }
        return new Silhouette(width, height, inside);
    }

    /** A copy whose longer side is at most {@code longest}; the picture itself if it is no larger. */
    public static RgbImage reduced(RgbImage picture, int longest) {
        int longer = Math.max(picture.width(), picture.height());
        if (longer <= longest) {
            return picture;
        }
        int w = Math.max(1, (int) Math.round((double) picture.width() * longest / longer));
        int h = Math.max(1, (int) Math.round((double) picture.height() * longest / longer));
        return Resize.rgb(picture, w, h, ResampleFilter.BOX);
    }

    /** Left, top, right, bottom; the last two beyond. */
    private static int[] box(Silhouette s) {
        int[] box = {s.width(), s.height(), 0, 0};
        for (int y = 0; y < s.height(); y++) {
            for (int x = 0; x < s.width(); x++) {
                if (s.at(x, y)) {
                    box[0] = Math.min(box[0], x);
                    box[1] = Math.min(box[1], y);
                    box[2] = Math.max(box[2], x + 1);
                    box[3] = Math.max(box[3], y + 1);
                }
            }
        }
        return box;
    }
}
