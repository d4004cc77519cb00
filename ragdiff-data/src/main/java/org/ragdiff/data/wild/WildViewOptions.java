package org.ragdiff.data.wild;

/**
 * How hard made photos are. Amounts are the largest drawn or a standard deviation, as stated; chances
 * are per view, in [0, 1]. Immutable.
 *
 * @param side of the photo in pixels, 16 to 1024
 * @param rotation usual largest rotation, degrees
 * @param rareRotation largest rotation of one view in ten, degrees
 * @param warp standard deviation of the smooth displacement, share of the garment's frame
 * @param perspective largest foreshortening across the garment, share
 * @param smallest smallest share of the photo's side that the garment's longer side covers
 * @param largest largest such share
 * @param cropChance the garment runs out of the photo
 * @param foldChance a sleeve, a side or the hem is folded over
 * @param occluderChance arms, hair, bags or other garments lie over it
 * @param shading strength of the garment's own shading, 0 none to 1 strong
 * @param colourCast largest gain of a colour channel
 * @param noise largest standard deviation of sensor noise, in grey levels
 * @param blur largest standard deviation of the blur, in pixels of a photo of side 128
 * @param lowestJpegQuality 5 to 100
 */
public record WildViewOptions(
        int side,
        double rotation,
        double rareRotation,
        double warp,
        double perspective,
        double smallest,
        double largest,
        double cropChance,
        double foldChance,
        double occluderChance,
        double shading,
        double colourCast,
        double noise,
        double blur,
        int lowestJpegQuality) {
    public WildViewOptions {
        if (side < 16 || side > 1024) {
            throw new IllegalArgumentException("side must be in 16..1024, got " + side);
        }
        check("rotation", rotation, 0, 180);
        check("rareRotation", rareRotation, 0, 180);
        check("warp", warp, 0, 0.2);
        check("perspective", perspective, 0, 0.5);
        check("smallest", smallest, 0.1, 2);
        check("largest", largest, smallest, 2);
        check("cropChance", cropChance, 0, 1);
        check("foldChance", foldChance, 0, 1);
        check("occluderChance", occluderChance, 0, 1);
        check("shading", shading, 0, 1);
        check("colourCast", colourCast, 0, 0.9);
        check("noise", noise, 0, 64);
        check("blur", blur, 0, 16);
        check("lowestJpegQuality", lowestJpegQuality, 5, 100);
    }

    /** As hard as the photos that owners take of their clothes, 128 pixels. */
    public static WildViewOptions defaults() {
        return new WildViewOptions(128, 15, 30, 0.018, 0.12, 0.62, 0.97, 0.10, 0.25, 0.35, 0.5, 0.07, 4, 0.8, 60);
    }

    /** Nothing hidden, little bent: the easiest stratum. */
    public static WildViewOptions easy() {
        return new WildViewOptions(128, 6, 6, 0.008, 0.04, 0.75, 0.92, 0, 0, 0, 0.3, 0.03, 2, 0.4, 85);
    }

    /** Much hidden: the hardest stratum. */
    public static WildViewOptions hard() {
        return defaults().withHiding(0.25, 0.5, 0.8);
    }

    public WildViewOptions withSide(int newSide) {
        return new WildViewOptions(
                newSide,
                rotation,
                rareRotation,
                warp,
                perspective,
                smallest,
                largest,
                cropChance,
                foldChance,
                occluderChance,
                shading,
                colourCast,
                noise,
                blur,
                lowestJpegQuality);
    }

    /** With other chances that something hides the garment. */
    public WildViewOptions withHiding(double crop, double fold, double occluder) {
        return new WildViewOptions(
                side,
                rotation,
                rareRotation,
                warp,
                perspective,
                smallest,
                largest,
                crop,
                fold,
                occluder,
                shading,
                colourCast,
                noise,
                blur,
                lowestJpegQuality);
    }

    /** With other amounts of bending. */
    public WildViewOptions withGeometry(
            double usualRotation, double largestRotation, double bend, double foreshortening) {
        return new WildViewOptions(
                side,
                usualRotation,
                largestRotation,
                bend,
                foreshortening,
                smallest,
                largest,
                cropChance,
                foldChance,
                occluderChance,
                shading,
                colourCast,
                noise,
                blur,
                lowestJpegQuality);
    }

    /** With other shares of the photo covered. */
    public WildViewOptions withCoverage(double from, double to) {
        return new WildViewOptions(
                side,
                rotation,
                rareRotation,
                warp,
                perspective,
                from,
                to,
                cropChance,
                foldChance,
                occluderChance,
                shading,
                colourCast,
                noise,
                blur,
                lowestJpegQuality);
    }

    /** With other light and camera. */
    public WildViewOptions withCamera(double shade, double cast, double sensorNoise, double softness, int jpegQuality) {
        return new WildViewOptions(
                side,
                rotation,
                rareRotation,
                warp,
                perspective,
                smallest,
                largest,
                cropChance,
                foldChance,
                occluderChance,
                shade,
                cast,
                sensorNoise,
                softness,
                jpegQuality);
    }

    private static void check(String name, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(name + " must be in [" + low + ", " + high + "], got " + value);
        }
    }
}
