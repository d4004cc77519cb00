package org.ragdiff.diffusion.pipeline;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.image.SourceBox;

/** Brings a photo of any shape to the square that the networks see. Stateless. */
public final class SquarePhoto {
    private SquarePhoto() {}

    /** How the shape is changed. */
    public enum Fit {
        /** All of the photo, centred; the missing bands take the mean colour of the edges they adjoin. */
        LETTERBOX,
        /** The largest centred square. */
        CROP
    }

    /** @return side × side */
    public static RgbImage of(RgbImage photo, int side, Fit fit) {
        int w = photo.width();
        int h = photo.height();
        if (w == h) {
            return Resize.rgb(photo, side, side, ResampleFilter.BICUBIC);
        }
        if (fit == Fit.CROP) {
            double shorter = Math.min(w, h);
            double left = (w - shorter) / 2;
            double top = (h - shorter) / 2;
            SourceBox box = new SourceBox(left, top, left + shorter, top + shorter);
            return Resize.rgb(photo, box, side, side, ResampleFilter.BICUBIC);
        }
        int inW = w > h ? side : (int) Math.max(1, Math.round((double) side * w / h));
        int inH = w > h ? (int) Math.max(1, Math.round((double) side * h / w)) : side;
        RgbImage small = Resize.rgb(photo, inW, inH, ResampleFilter.BICUBIC);
        int left = (side - inW) / 2;
        int top = (side - inH) / 2;
        int[] first = edge(small, w > h, false);
        int[] last = edge(small, w > h, true);
        byte[] out = new byte[side * side * 3];
        byte[] source = small.rgbUnsafe();
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = (y * side + x) * 3;
                boolean inside = x >= left && x < left + inW && y >= top && y < top + inH;
                int[] band = x < left || y < top ? first : last;
                for (int c = 0; c < 3; c++) {
                    out[at + c] = inside ? source[((y - top) * inW + x - left) * 3 + c] : (byte) band[c];
                }
            }
        }
        return RgbImage.wrap(side, side, out);
    }

    /** Mean colour of the first or last row (or column). */
    private static int[] edge(RgbImage image, boolean row, boolean last) {
        int n = row ? image.width() : image.height();
        int fixed = last ? (row ? image.height() : image.width()) - 1 : 0;
        long[] sum = new long[3];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < 3; c++) {
                sum[c] += row ? image.at(i, fixed, c) : image.at(fixed, i, c);
            }
        }
        return new int[] {(int) (sum[0] / n), (int) (sum[1] / n), (int) (sum[2] / n)};
    }
}
