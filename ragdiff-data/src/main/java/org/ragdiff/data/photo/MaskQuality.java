package org.ragdiff.data.photo;

/**
 * What is measured of a mask to judge it. Immutable.
 *
 * @param areaShare garment pixels / photo pixels
 * @param borderContact share of the photo's edge, in pixels, along which the raw mask runs
 * @param solidity area / area of the convex hull
 * @param contrast distance in Lab (CIE 1976 ΔE) between the two sides of the outline, median
 * @param weakOutline share of the outline at which that distance is under 6
 * @param agreement IoU of GrabCut's results from this mask's prior and the one that agrees better
 * @param smoothness isoperimetric ratio 4π · area / perimeter² of the outline, in [0, 1]
 * @param keptShare area of the largest component / area of all components
 * @param unexplained share of the mask's surroundings whose colours the photo's border does not have:
 *     a part of the garment may be missing
 * @param outsideEdges share of the surroundings on edges stronger than the background's own
 * @param secondAgreement like {@code agreement}, with the third prior
 */
public record MaskQuality(
        double areaShare,
        double borderContact,
        double solidity,
        double contrast,
        double weakOutline,
        double agreement,
        double smoothness,
        double keptShare,
        double unexplained,
        double outsideEdges,
        double secondAgreement) {

    MaskQuality withAgreement(double best, double second) {
        return new MaskQuality(
                areaShare,
                borderContact,
                solidity,
                contrast,
                weakOutline,
                best,
                smoothness,
                keptShare,
                unexplained,
                outsideEdges,
                second);
    }

    /**
     * A product of ramps, one for each measure, each 0 where masks were always wrong and 1 where the
     * measure says nothing against the mask; set by looking at real photos.
     *
     * @return in [0, 1]
     */
    public double confidence() {
        return ramp(agreement, 0.70, 0.95) * ramp(secondAgreement, -1.5, 0.5) * plausibility();
    }

    /** The confidence of a mask by itself, without the agreement with others. */
    double plausibility() {
        return ramp(areaShare, 0.06, 0.26)
                * ramp(areaShare, 0.90, 0.75)
                * ramp(borderContact, 0.22, 0.06)
                * ramp(solidity, 0.40, 0.65)
                * ramp(contrast, 4, 14)
                * ramp(weakOutline, 0.50, 0.10)
                * ramp(smoothness, 0.08, 0.22)
                * ramp(keptShare, 0.6, 0.95)
                * ramp(unexplained, 0.50, 0.12)
                * ramp(outsideEdges, 0.25, 0.06);
    }

    /** 0 at {@code zero} and beyond, 1 at {@code one} and beyond, linear between. */
    private static double ramp(double value, double zero, double one) {
        return Math.max(0, Math.min(1, (value - zero) / (one - zero)));
    }
}
