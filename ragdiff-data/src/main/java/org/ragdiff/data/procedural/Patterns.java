package org.ragdiff.data.procedural;

/** Dyed, woven and printed patterns. Stateless; the fabrics returned are immutable. */
final class Patterns {
    private Patterns() {}

    /**
     * @param angle 0 for stripes across the garment, pi / 2 for stripes down it
     */
    static Fabric stripes(Bands bands, double angle) {
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        return (u, v, footprint, rgb) -> {
            rgb[0] = rgb[1] = rgb[2] = 0;
            bands.add(cos * v + sin * u, footprint, 1, rgb);
        };
    }

    /** Warp and weft of the same bands, each half of the colour: tartan, gingham, check. */
    static Fabric plaid(Bands warp, Bands weft, double angle) {
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        return (u, v, footprint, rgb) -> {
            rgb[0] = rgb[1] = rgb[2] = 0;
            warp.add(cos * u - sin * v, footprint, 0.5f, rgb);
            weft.add(sin * u + cos * v, footprint, 0.5f, rgb);
        };
    }

    /** Round dots on a staggered lattice. */
    static Fabric dots(int ground, int dot, double period, double radius) {
        Fabric base = Fabric.solid(ground);
        return (u, v, footprint, rgb) -> {
            base.colour(u, v, footprint, rgb);
            double row = Math.rint(v / (period * 0.5));
            double shift = ((int) row & 1) * 0.5;
            double du = (u / period - shift - Math.rint(u / period - shift)) * period;
            double dv = v - row * period * 0.5;
            mix(rgb, dot, inside(radius - Math.hypot(du, dv), footprint));
        };
    }

    /** Flowers, leaves or splashes strewn over the ground, one in each cell of a jittered lattice. */
    static Fabric strewn(int ground, int[] colours, double period, int petals, double fill, ValueNoise noise) {
        Fabric base = Fabric.solid(ground);
        return (u, v, footprint, rgb) -> {
            base.colour(u, v, footprint, rgb);
            int cu = ValueNoise.floor(u / period);
            int cv = ValueNoise.floor(v / period);
            for (int j = -1; j <= 1; j++) {
                for (int i = -1; i <= 1; i++) {
                    int h = noise.hash(cu + i, cv + j);
                    double x = u / period - (cu + i) - 0.2 - 0.6 * (h & 255) / 255.0;
                    double y = v / period - (cv + j) - 0.2 - 0.6 * (h >> 8 & 255) / 255.0;
                    double size = fill * (0.6 + 0.4 * (h >> 16 & 15) / 15.0);
                    double r2 = x * x + y * y;
                    if (r2 < size * size) {
                        double turn = (h >> 4 & 63) * 0.1;
                        double lobes = petals == 0 ? 1 : 0.68 + 0.32 * Math.cos(petals * (Math.atan2(y, x) + turn));
                        double r = Math.sqrt(r2);
                        mix(
                                rgb,
                                colours[(h >> 20 & 15) % colours.length],
                                inside((size * lobes - r) * period, footprint));
                        if (petals > 2) {
                            mix(rgb, colours[colours.length - 1], inside((size * 0.25 - r) * period, footprint));
                        }
                    }
                }
            }
        };
    }

    /** Patches with winding borders: camouflage, animal spots, cow. */
    static Fabric patches(int ground, int[] colours, double scale, double threshold, ValueNoise noise) {
        Fabric base = Fabric.solid(ground);
        return (u, v, footprint, rgb) -> {
            base.colour(u, v, footprint, rgb);
            for (int k = 0; k < colours.length; k++) {
                double n = noise.at(u / scale + 31.7 * k, v / (scale * 0.75) - 17.3 * k)
                        + 0.35 * noise.at(u / scale * 2.3 - 11.1 * k, v / scale * 2.3);
                mix(rgb, colours[k], inside((n - threshold) * scale * 0.6, footprint));
            }
        };
    }

    /** From one colour to another down the garment. */
    static Fabric ombre(int top, int bottom, double from, double to) {
        Fabric base = Fabric.solid(top);
        return (u, v, footprint, rgb) -> {
            base.colour(u, v, footprint, rgb);
            double t = Math.max(0, Math.min(1, (v - from) / (to - from)));
            mix(rgb, bottom, (float) (t * t * (3 - 2 * t)));
        };
    }

    /** Rings around a knot, their border run. */
    static Fabric tieDye(int[] colours, double cu, double cv, double ring, ValueNoise noise) {
        return (u, v, footprint, rgb) -> {
            double r =
                    Math.hypot(u - cu, v - cv) / ring + 1.1 * noise.at(u / 7, v / 7) + 0.5 * noise.at(u / 2.5, v / 2.5);
            int k = ValueNoise.floor(r);
            float t = (float) (r - k);
            int a = colours[Math.floorMod(k, colours.length)];
            rgb[0] = a >> 16 & 0xff;
            rgb[1] = a >> 8 & 0xff;
            rgb[2] = a & 0xff;
            mix(rgb, colours[Math.floorMod(k + 1, colours.length)], t * t * (3 - 2 * t));
        };
    }

    /** Colour blocks: one colour above {@code at}, another below. */
    static Fabric blocks(int[] colours, double[] at) {
        Fabric base = Fabric.solid(colours[0]);
        return (u, v, footprint, rgb) -> {
            base.colour(u, v, footprint, rgb);
            for (int k = 0; k < at.length; k++) {
                mix(rgb, colours[k + 1], inside(v - at[k], footprint));
            }
        };
    }

    /** Share of a pixel inside an edge that lies {@code distance} away. */
    static float inside(double distance, double footprint) {
        return (float) Math.max(0, Math.min(1, 0.5 + distance / footprint));
    }

    static void mix(float[] rgb, int colour, float t) {
        if (t > 0) {
            rgb[0] += t * ((colour >> 16 & 0xff) - rgb[0]);
            rgb[1] += t * ((colour >> 8 & 0xff) - rgb[1]);
            rgb[2] += t * ((colour & 0xff) - rgb[2]);
        }
    }
}
