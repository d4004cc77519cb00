package org.ragdiff.retrieval.attributes.llm;

/**
 * How large the picture may be that is sent.
 *
 * @param side longer side in pixels, 16 to 4096; larger photos are scaled down
 * @param bytes of the JPEG, at least 4096
 */
public record PictureLimits(int side, int bytes) {
    public PictureLimits {
        if (side < 16 || side > 4096) {
            throw new IllegalArgumentException("side must be in [16, 4096] pixels, got " + side);
        }
        if (bytes < 4096) {
            throw new IllegalArgumentException("bytes must be at least 4096, got " + bytes);
        }
    }

    /** 512 pixels, 256 KiB. */
    public static PictureLimits defaults() {
        return new PictureLimits(512, 256 << 10);
    }
}
