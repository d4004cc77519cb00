package org.ragdiff.core;

import java.util.Arrays;
import java.util.Objects;

/**
 * A photo's garment in the standard frame, as far as the photo shows it. Immutable; the arrays are not copied and not
 * to be modified.
 *
 * @param image square; the photo's colours where the garment is seen, white elsewhere
 * @param visibility how surely each pixel of {@code image} shows the garment, in [0, 1], row-major
 * @param coverage how surely each pixel of the standard frame belongs to the whole garment, be it seen there or hidden,
 *     in [0, 1], row-major; ½ where the photo says nothing
 * @param inFrame whether it lies in the standard frame, rather than where the photo has it
 */
public record AlignedPhoto(RgbImage image, float[] visibility, float[] coverage, boolean inFrame) {
    public AlignedPhoto {
        Objects.requireNonNull(image, "image");
        int pixels = image.width() * image.width();
        if (image.width() != image.height()
                || Objects.requireNonNull(visibility, "visibility").length != pixels
                || Objects.requireNonNull(coverage, "coverage").length != pixels) {
            throw new IllegalArgumentException("an aligned photo of " + image.width() + "x" + image.height() + " with "
                    + visibility.length + " visibilities and " + coverage.length
                    + " coverages, expected a square and one of each for each pixel");
        }
    }

    /** The photo where it lies, all of it taken for garment: what there is without an aligner. */
    public static AlignedPhoto unaligned(RgbImage photo) {
        float[] all = new float[photo.width() * photo.height()];
        Arrays.fill(all, 1);
        float[] unknown = new float[all.length];
        Arrays.fill(unknown, 0.5f);
        return new AlignedPhoto(photo, all, unknown, false);
    }

    public int side() {
        return image.width();
    }

    /** Mean visibility of each of {@code cells · cells} equal squares; {@code cells} divides the side. */
    public float[] visibility(int cells) {
        int side = side();
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
