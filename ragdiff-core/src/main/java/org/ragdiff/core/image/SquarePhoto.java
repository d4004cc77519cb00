package org.ragdiff.core.image;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

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
        Placed in = placed(w, h, side);
        RgbImage small = Resize.rgb(photo, in.width(), in.height(), ResampleFilter.BICUBIC);
        int[] first = edge(small, w > h, false);
        int[] last = edge(small, w > h, true);
        byte[] out = new byte[side * side * 3];
        byte[] source = small.rgbUnsafe();
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = (y * side + x) * 3;
                boolean inside = in.holds(x, y);
                int[] band = x < in.left() || y < in.top() ? first : last;
                for (int c = 0; c < 3; c++) {
                    out[at + c] =
                            inside ? source[((y - in.top()) * in.width() + x - in.left()) * 3 + c] : (byte) band[c];
                }
            }
        }
        return RgbImage.wrap(side, side, out);
    }

    /** Where a mask of a photo lies after {@link Fit#LETTERBOX}; nothing of it is in the bands. */
    public static Silhouette letterbox(Silhouette mask, int side) {
        int w = mask.width();
        int h = mask.height();
        Placed in = placed(w, h, side);
        boolean[] from = mask.toArray();
        byte[] grey = new byte[from.length];
        for (int i = 0; i < from.length; i++) {
            grey[i] = (byte) (from[i] ? 255 : 0);
        }
        byte[] small = Resize.bytes(grey, 1, w, h, SourceBox.whole(w, h), in.width(), in.height(), ResampleFilter.BOX);
        boolean[] inside = new boolean[side * side];
        for (int i = 0; i < small.length; i++) {
            inside[(in.top() + i / in.width()) * side + in.left() + i % in.width()] = (small[i] & 0xff) >= 128;
        }
        return new Silhouette(side, side, inside);
    }

    private record Placed(int left, int top, int width, int height) {
        boolean holds(int x, int y) {
            return x >= left && x < left + width && y >= top && y < top + height;
        }
    }

    private static Placed placed(int w, int h, int side) {
        int inW = w >= h ? side : (int) Math.max(1, Math.round((double) side * w / h));
        int inH = w >= h ? (int) Math.max(1, Math.round((double) side * h / w)) : side;
        return new Placed((side - inW) / 2, (side - inH) / 2, inW, inH);
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
