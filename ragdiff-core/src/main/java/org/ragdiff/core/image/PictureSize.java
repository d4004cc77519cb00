package org.ragdiff.core.image;

/**
 * Width and height of a picture in pixels.
 *
 * @param width at least 1
 * @param height at least 1
 */
public record PictureSize(int width, int height) {
    public PictureSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a picture has at least one pixel, got " + width + "x" + height);
        }
    }

    /**
     * The size at which the shorter side has a length, the longer one in proportion, rounded down, as torchvision and
     * transformers resize.
     *
     * @param shortest at least 1
     */
    public PictureSize withShortest(int shortest) {
        return withShortest(shortest, Integer.MAX_VALUE);
    }

    /**
     * As {@link #withShortest(int)}; where the longer side would be longer than allowed, it has that length and the
     * shorter one is in proportion, rounded down.
     *
     * @param shortest at least 1
     * @param longest above {@code shortest}
     * @throws IllegalArgumentException if the shorter side would have no pixel, or a side more than 2³¹
     */
    public PictureSize withShortest(int shortest, int longest) {
        if (shortest < 1 || longest <= shortest) {
            throw new IllegalArgumentException(
                    "sides need 1 <= shortest < longest, got " + shortest + " and " + longest);
        }
        int smaller = Math.min(width, height);
        int larger = Math.max(width, height);
        int toSmaller = shortest;
        long toLarger = (long) shortest * larger / smaller;
        if (toLarger > longest) {
            toSmaller = (int) ((long) longest * shortest / toLarger);
            toLarger = longest;
        }
        return width <= height
                ? new PictureSize(toSmaller, (int) toLarger)
                : new PictureSize((int) toLarger, toSmaller);
    }
}
