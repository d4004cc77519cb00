package org.ragdiff.core;

import java.util.Arrays;
import java.util.Objects;

/**
 * A photo's garment in the standard frame, as far as the photo shows it. Immutable; the arrays are not copied and not
 * to be modified.
 *
 * @param side of the square in pixels
 * @param colours [side, side, 3] in [-1, 1], not rounded to 8 bits; the photo's where the garment is seen, white elsewhere
 * @param visibility how surely each pixel shows the garment, in [0, 1], row-major
 * @param coverage how surely each pixel of the standard frame belongs to the whole garment, be it seen there or hidden,
 *     in [0, 1], row-major; ½ where the photo says nothing
 * @param inFrame whether it lies in the standard frame, rather than where the photo has it
 */
public record AlignedPhoto(int side, float[] colours, float[] visibility, float[] coverage, boolean inFrame) {
    public AlignedPhoto {
        int pixels = side * side;
        if (side < 1
                || Objects.requireNonNull(colours, "colours").length != 3 * pixels
                || Objects.requireNonNull(visibility, "visibility").length != pixels
                || Objects.requireNonNull(coverage, "coverage").length != pixels) {
            throw new IllegalArgumentException("an aligned photo of side " + side + " with " + colours.length
                    + " values of colours, " + visibility.length + " visibilities and " + coverage.length
                    + " coverages, expected 3, 1 and 1 for each pixel");
        }
    }

    /** The photo where it lies, all of it taken for garment: what there is without an aligner. */
    public static AlignedPhoto unaligned(RgbImage photo) {
        if (photo.width() != photo.height()) {
            throw new IllegalArgumentException("photos must be square, got " + photo);
        }
        byte[] rgb = photo.rgbUnsafe();
        float[] colours = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            colours[i] = (rgb[i] & 0xff) / 127.5f - 1;
        }
        float[] all = new float[photo.width() * photo.height()];
        Arrays.fill(all, 1);
        float[] unknown = new float[all.length];
        Arrays.fill(unknown, 0.5f);
        return new AlignedPhoto(photo.width(), colours, all, unknown, false);
    }

    /** To look at: colours rounded to 8 bits. */
    public RgbImage image() {
        byte[] rgb = new byte[colours.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round((Math.max(-1, Math.min(1, colours[i])) + 1) * 127.5f);
        }
        return RgbImage.wrap(side, side, rgb);
    }

    /** Mean visibility of each of {@code cells · cells} equal squares; {@code cells} divides the side. */
    public float[] visibility(int cells) {
        if (cells < 1 || side % cells != 0) {
            throw new IllegalArgumentException(cells + " cells do not divide a side of " + side + " pixels");
        }
        int each = side / cells;
        float[] out = new float[cells * cells];
        for (int i = 0; i < visibility.length; i++) {
            out[i / side / each * cells + i % side / each] += visibility[i];
        }
        for (int i = 0; i < out.length; i++) {
            out[i] /= each * each;
        }
        return out;
    }
}
