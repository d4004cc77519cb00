package org.ragdiff.data.photo;

/**
 * What is measured of a mask to judge it. Immutable.
 *
 * @param areaShare garment pixels / photo pixels
 * @param borderContact share of the photo's edge, in pixels, along which the raw mask runs
 * @param solidity area / area of the convex hull
 * @param contrast distance in Lab (CIE 1976 ΔE) between the two sides of the outline, median
 * @param weakOutline share of the outline at which that distance is under 6
 * @param agreement IoU of GrabCut's results from two priors
 * @param smoothness isoperimetric ratio 4π · area / perimeter² of the outline, in [0, 1]
 * @param keptShare area of the largest component / area of all components
 */
public record MaskQuality(
        double areaShare,
        double borderContact,
        double solidity,
        double contrast,
        double weakOutline,
        double agreement,
        double smoothness,
        double keptShare) {

    /**
     * A product of ramps, one for each measure, each 0 where masks were always wrong and 1 where the
     * measure says nothing against the mask; set by looking at real photos.
     *
     * @return in [0, 1]
     */
    public double confidence() {
        return ramp(areaShare, 0.04, 0.10)
                * ramp(areaShare, 0.90, 0.75)
                * ramp(borderContact, 0.20, 0.02)
                * ramp(solidity, 0.40, 0.65)
                * ramp(contrast, 4, 12)
                * ramp(weakOutline, 0.60, 0.20)
                * ramp(agreement, 0.60, 0.92)
                * ramp(smoothness, 0.06, 0.16)
                * ramp(keptShare, 0.6, 0.9);
    }

    /** 0 at {@code zero} and beyond, 1 at {@code one} and beyond, linear between. */
    private static double ramp(double value, double zero, double one) {
        return Math.max(0, Math.min(1, (value - zero) / (one - zero)));
    }
}
