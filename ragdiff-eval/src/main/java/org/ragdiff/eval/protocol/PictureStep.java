package org.ragdiff.eval.protocol;

import java.util.Locale;
import java.util.Objects;
import org.ragdiff.core.image.ResampleFilter;

/** One step of bringing a picture into the form in which it is compared. All are immutable. */
public sealed interface PictureStep {
    /** What samples are while they are resampled. */
    enum Samples {
        /** 8 bits, rounded and clipped after each pass, as Pillow does. */
        UINT8,
        /** Floats in [0, 1], never rounded, as torchvision does with float tensors. */
        FLOAT32
    }

    /** The step in words, the same for equal steps. */
    String text();

    /**
     * To a fixed size, widening the kernel where it shrinks (antialiasing).
     *
     * @param width in pixels
     * @param height in pixels
     */
    record Resize(int width, int height, ResampleFilter filter, Samples samples) implements PictureStep {
        public Resize {
            requireSize(width, height);
            Objects.requireNonNull(filter, "filter");
            Objects.requireNonNull(samples, "samples");
        }

        @Override
        public String text() {
            return String.format(
                    Locale.ROOT, "resize to %dx%d, %s antialiased, %s", width, height, lower(filter), lower(samples));
        }
    }

    /** To the height of the results, the width in proportion and rounded down. */
    record ResizeToResultHeight(ResampleFilter filter, Samples samples) implements PictureStep {
        public ResizeToResultHeight {
            Objects.requireNonNull(filter, "filter");
            Objects.requireNonNull(samples, "samples");
        }

        @Override
        public String text() {
            return "resize to the results' height in proportion, " + lower(filter) + " antialiased, " + lower(samples);
        }
    }

    /** The shorter side to a length, the other in proportion. */
    record ResizeShorterSide(int length, ResampleFilter filter, Samples samples) implements PictureStep {
        public ResizeShorterSide {
            requireSize(length, length);
            Objects.requireNonNull(filter, "filter");
            Objects.requireNonNull(samples, "samples");
        }

        @Override
        public String text() {
            return "resize the shorter side to " + length + ", " + lower(filter) + " antialiased, " + lower(samples);
        }
    }

    /**
     * The middle of a picture.
     *
     * @param width in pixels
     * @param height in pixels
     */
    record CentreCrop(int width, int height) implements PictureStep {
        public CentreCrop {
            requireSize(width, height);
        }

        @Override
        public String text() {
            return "centre crop to " + width + "x" + height;
        }
    }

    private static String lower(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT);
    }

    private static void requireSize(int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a size must be positive, got " + width + "x" + height);
        }
    }
}
