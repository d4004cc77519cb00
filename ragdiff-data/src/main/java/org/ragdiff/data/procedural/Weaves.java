package org.ragdiff.data.procedural;

/**
 * The surface of a cloth over its colours: a factor of light that fades out where a pixel covers
 * several threads. Stateless; the fabrics returned are immutable.
 */
final class Weaves {
    private Weaves() {}

    /** Fine irregular threads: jersey, canvas, wool. */
    static Fabric plain(Fabric colours, double amount, ValueNoise noise) {
        return (u, v, footprint, rgb) -> {
            colours.colour(u, v, footprint, rgb);
            scale(
                    rgb,
                    1 + amount * (fade(0.35, footprint) * noise.at(u / 0.35, v / 0.5) + 0.5 * noise.at(u / 3, v / 3)));
        };
    }

    /** Threads of two shades spun together. */
    static Fabric heather(Fabric colours, double amount, ValueNoise noise) {
        return (u, v, footprint, rgb) -> {
            colours.colour(u, v, footprint, rgb);
            double fine = fade(0.5, footprint) * noise.at(u / 0.5, v / 0.22)
                    + 0.35 * fade(1.1, footprint) * noise.at(u / 1.3 + 9, v / 0.6);
            scale(rgb, 1 + amount * fine);
        };
    }

    /** Ribs down the cloth. */
    static Fabric rib(Fabric colours, double period, double amount) {
        return (u, v, footprint, rgb) -> {
            colours.colour(u, v, footprint, rgb);
            double visible = amount * Math.max(0, Math.min(1, period / footprint / 1.5 - 1));
            scale(rgb, 1 - 0.3 * amount + visible * Math.cos(2 * Math.PI * u / period));
        };
    }

    /** Stitches in columns; {@code cable} bends the columns into plaits. */
    static Fabric knit(Fabric colours, double period, double amount, double cable, ValueNoise noise) {
        return (u, v, footprint, rgb) -> {
            colours.colour(u, v, footprint, rgb);
            double bent = u + cable * Math.sin(2 * Math.PI * v / (period * 6));
            double visible = amount * Math.max(0, Math.min(1, period / footprint / 1.5 - 1));
            double stitches = Math.max(0, Math.min(1, 0.6 * period / footprint / 1.5 - 1));
            double column = Math.abs(2 * (bent / period - Math.rint(bent / period)));
            double stitch = Math.cos(2 * Math.PI * (v / (0.6 * period) + 0.5 * column));
            double tuft = 0.6 * amount * fade(0.6, footprint) * noise.at(u / 0.6, v / 0.6);
            scale(rgb, 1 + visible * (0.5 - column + 0.35 * stitches * stitch) + tuft);
        };
    }

    /** Twill of a blue warp and a white weft, worn paler where it rubs. */
    static Fabric denim(Fabric colours, double wear, ValueNoise noise) {
        return (u, v, footprint, rgb) -> {
            colours.colour(u, v, footprint, rgb);
            double slub = 0.09 * noise.at(u / 0.25, v / 3.5) * fade(0.25, footprint)
                    + 0.07 * noise.at(u / 0.3, v / 0.3) * fade(0.3, footprint);
            double worn = wear * (0.5 + 0.5 * noise.at(u / 7, v / 16)) * 0.5;
            scale(rgb, 1 + slub);
            Patterns.mix(rgb, 0xc9d4e0, (float) worn);
        };
    }

    private static double fade(double detail, double footprint) {
        return Math.min(1, detail / footprint);
    }

    private static void scale(float[] rgb, double by) {
        float f = (float) by;
        rgb[0] *= f;
        rgb[1] *= f;
        rgb[2] *= f;
    }
}
