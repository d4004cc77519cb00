package org.ragdiff.eval;

import java.util.List;
import java.util.Objects;
import org.ragdiff.eval.metric.SilhouetteRule;

/**
 * A named, versioned way to compute figures; its name is printed with each of them. What a released
 * name means never changes: another way gets another name. Immutable.
 *
 * @param name such as {@code ragdiff/v1}
 * @param side pictures and silhouettes are compared at this side, in cells of the standard frame
 * @param colourSpace of the pictures compared
 * @param silhouette how a generated picture's silhouette is found
 * @param boundaryTolerance tolerance of the boundary F, as a share of the side
 * @param hallucinationIou IoU below which a silhouette counts as hallucinated
 * @param hiddenBins upper ends, exclusive but for the last, of the strata by the hidden share
 * @param bootstrapSeed seed of the confidence intervals
 */
public record Protocol(
        String name,
        int side,
        String colourSpace,
        SilhouetteRule silhouette,
        double boundaryTolerance,
        double hallucinationIou,
        List<Double> hiddenBins,
        long bootstrapSeed) {
    /**
     * 128 px, sRGB 8 bit; SSIM with an 11-tap Gaussian window of σ 1.5, interior mean, per channel;
     * PSNR over all pixels; ΔE2000 inside the true silhouette; boundary F at 1.5 % of the side.
     */
    public static final Protocol V1 = new Protocol(
            "ragdiff/v1", 128, "sRGB", SilhouetteRule.defaults(), 0.015, 0.8, List.of(0.1, 0.25, 0.5, 1.0), 20260101);

    public Protocol {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(colourSpace, "colourSpace");
        Objects.requireNonNull(silhouette, "silhouette");
        hiddenBins = List.copyOf(hiddenBins);
        if (side < 11) {
            throw new IllegalArgumentException("side must be at least 11 (SSIM's window), got " + side);
        }
        if (!(boundaryTolerance >= 0 && boundaryTolerance <= 1)) {
            throw new IllegalArgumentException("boundaryTolerance must be in [0, 1], got " + boundaryTolerance);
        }
        if (!(hallucinationIou >= 0 && hallucinationIou <= 1)) {
            throw new IllegalArgumentException("hallucinationIou must be in [0, 1], got " + hallucinationIou);
        }
        double last = 0;
        for (double end : hiddenBins) {
            if (!(end > last && end <= 1)) {
                throw new IllegalArgumentException("hiddenBins must rise within (0, 1], got " + hiddenBins);
            }
            last = end;
        }
        if (hiddenBins.isEmpty() || last != 1) {
            throw new IllegalArgumentException("hiddenBins must end with 1, got " + hiddenBins);
        }
    }

    /** The same way at another size; the name says so. */
    public Protocol atSide(int newSide) {
        String base = name.contains("@") ? name.substring(0, name.indexOf('@')) : name;
        String newName = newSide == V1.side && base.equals(V1.name) ? base : base + "@" + newSide;
        return new Protocol(
                newName,
                newSide,
                colourSpace,
                silhouette,
                boundaryTolerance,
                hallucinationIou,
                hiddenBins,
                bootstrapSeed);
    }
}
