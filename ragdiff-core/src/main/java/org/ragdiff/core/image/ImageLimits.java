package org.ragdiff.core.image;

/**
 * What a picture may ask for before it is decoded.
 *
 * @param maxBytes size of the file
 * @param maxPixels width times height, as the file's header says
 */
public record ImageLimits(long maxBytes, long maxPixels) {
    public ImageLimits {
        if (maxBytes <= 0 || maxBytes > Integer.MAX_VALUE - 8 || maxPixels <= 0 || maxPixels > 500_000_000) {
            throw new IllegalArgumentException(
                    "limits must be positive, at most 2^31-9 bytes and 500 million pixels, got " + maxBytes
                            + " bytes and " + maxPixels + " pixels");
        }
    }

    /** 128 MiB and 64 million pixels. */
    public static ImageLimits defaults() {
        return new ImageLimits(128 << 20, 64_000_000);
    }

    public ImageLimits withMaxBytes(long bytes) {
        return new ImageLimits(bytes, maxPixels);
    }

    public ImageLimits withMaxPixels(long pixels) {
        return new ImageLimits(maxBytes, pixels);
    }
}
