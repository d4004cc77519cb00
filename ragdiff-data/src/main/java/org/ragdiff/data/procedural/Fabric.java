package org.ragdiff.data.procedural;

/** The colour of a cloth at each place. Immutable, thread-safe. */
@FunctionalInterface
interface Fabric {
    /**
     * @param u across the cloth, centimetres
     * @param v along it, centimetres
     * @param footprint side of the pixel in centimetres: finer detail is averaged or left out
     * @param rgb receives red, green and blue in 0..255
     */
    void colour(double u, double v, double footprint, float[] rgb);

    /** One colour, 0xRRGGBB. */
    static Fabric solid(int colour) {
        float r = colour >> 16 & 0xff;
        float g = colour >> 8 & 0xff;
        float b = colour & 0xff;
        return (u, v, footprint, rgb) -> {
            rgb[0] = r;
            rgb[1] = g;
            rgb[2] = b;
        };
    }
}
