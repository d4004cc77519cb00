package org.ragdiff.diffusion.guidance;

/**
 * How much each condition counts: 1 as trained, above 1 exaggerated, 0 ignored.
 *
 * @param reference of the photo
 * @param structure of ê
 * @param landmark of the silhouette
 * @param rescale share φ of the standard deviation put back to the conditional prediction's (Lin et al. 2024,
 *     section 3.4), in [0, 1]
 */
public record GuidanceScales(double reference, double structure, double landmark, double rescale) {
    public GuidanceScales {
        for (double s : new double[] {reference, structure, landmark}) {
            if (!(Math.abs(s) <= 100)) {
                throw new IllegalArgumentException("guidance scales must be in [-100, 100], got " + s);
            }
        }
        if (!(rescale >= 0 && rescale <= 1)) {
            throw new IllegalArgumentException("rescale must be in [0, 1], got " + rescale);
        }
    }

    /** No guidance: one prediction with all conditions. */
    public static GuidanceScales none() {
        return new GuidanceScales(1, 1, 1, 0);
    }

    /** Classifier-free guidance with one scale for all conditions together. */
    public static GuidanceScales plain(double scale) {
        return new GuidanceScales(scale, scale, scale, 0);
    }

    /** The demo model's: its denoiser, trained with landmarks that err, follows them too little by itself. */
    public static GuidanceScales defaults() {
        return new GuidanceScales(2.5, 2.5, 6, 0);
    }

    public GuidanceScales withRescale(double newRescale) {
        return new GuidanceScales(reference, structure, landmark, newRescale);
    }

    double of(Stream stream) {
        return switch (stream) {
            case REFERENCE -> reference;
            case STRUCTURE -> structure;
            case LANDMARK -> landmark;
        };
    }
}
