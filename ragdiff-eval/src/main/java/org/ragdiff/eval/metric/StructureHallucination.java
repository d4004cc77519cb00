package org.ragdiff.eval.metric;

import org.ragdiff.core.Silhouette;

/**
 * Whether a generated silhouette contradicts the true one: its IoU is below a limit (0.8 in {@code
 * ragdiff/v1}) or it has another count of sleeves or legs.
 *
 * @param iou of the two silhouettes
 * @param wrongOverlap the IoU is below the limit
 * @param wrongParts {@link PartCount} contradicts the true one's
 */
public record StructureHallucination(double iou, boolean wrongOverlap, boolean wrongParts) {
    public static StructureHallucination of(Silhouette generated, Silhouette truth, double iouLimit) {
        double iou = generated.iou(truth);
        boolean parts = PartCount.of(generated).contradicts(PartCount.of(truth));
        return new StructureHallucination(iou, iou < iouLimit, parts);
    }

    /** Either of the two. */
    public boolean hallucinated() {
        return wrongOverlap || wrongParts;
    }
}
