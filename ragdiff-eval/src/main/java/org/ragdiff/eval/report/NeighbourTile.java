package org.ragdiff.eval.report;

import java.util.Objects;
import org.ragdiff.core.RgbImage;

/**
 * A retrieved entry as it is shown.
 *
 * @param id of the entry
 * @param picture thumbnail, or its silhouette
 * @param weight in the reconstruction; may be negative
 * @param similarity to the query
 */
public record NeighbourTile(String id, RgbImage picture, double weight, double similarity) {
    public NeighbourTile {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(picture, "picture");
    }
}
