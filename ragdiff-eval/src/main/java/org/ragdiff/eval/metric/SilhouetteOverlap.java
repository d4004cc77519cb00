package org.ragdiff.eval.metric;

import org.ragdiff.core.Silhouette;

/** Overlap of silhouettes of one size. Stateless. */
public final class SilhouetteOverlap {
    private SilhouetteOverlap() {}

    /** Intersection over union; 1 if both are empty. */
    public static double iou(Silhouette a, Silhouette b) {
        return a.iou(b);
    }

    /** 2|A∩B| / (|A| + |B|) = 2·IoU / (1 + IoU); 1 if both are empty. */
    public static double dice(Silhouette a, Silhouette b) {
        double iou = a.iou(b);
        return 2 * iou / (1 + iou);
    }
}
