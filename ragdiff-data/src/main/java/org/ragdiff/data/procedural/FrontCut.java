package org.ragdiff.data.procedural;

import org.ragdiff.core.GarmentAttributes.Closure;

/**
 * How the front closes and what is on it. Immutable.
 *
 * @param closure BUTTONS, ZIP, OPEN or NONE
 * @param share of the way from the neckline to the hem that the closure goes, 0 to 1
 * @param buttons their number, 0 to 12
 * @param gapTop half the distance of the front's edges at the neckline, centimetres, 0 to 15
 * @param gapHem the same at the hem, 0 to 30; gaps of 0 make one front
 * @param pockets sewn on
 * @param hemBand width of a band of the trim fabric at the hem, 0 for a stitched hem
 */
record FrontCut(
        Closure closure, double share, int buttons, double gapTop, double gapHem, Pockets pockets, double hemBand) {
    /** Pockets of upper garments. */
    enum Pockets {
        NONE,
        CHEST,
        TWO_CHEST,
        KANGAROO,
        PATCH,
        FLAP,
        WELT
    }

    FrontCut {
        if (closure == Closure.UNKNOWN) {
            throw new IllegalArgumentException("a made garment's closure is known");
        }
        Ranges.check("share", share, 0, 1);
        Ranges.check("buttons", buttons, 0, 12);
        Ranges.check("gapTop", gapTop, 0, 15);
        Ranges.check("gapHem", gapHem, 0, 30);
        Ranges.check("hemBand", hemBand, 0, 12);
    }

    /** Nothing to close. */
    static FrontCut plain(double hemBand) {
        return new FrontCut(Closure.NONE, 0, 0, 0, 0, Pockets.NONE, hemBand);
    }

    boolean split() {
        return gapTop > 0 || gapHem > 0;
    }
}
