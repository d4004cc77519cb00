package org.ragdiff.eval.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.core.RgbImage;

/**
 * One garment of a report. Pictures that do not exist are null and left out. Immutable.
 *
 * @param id heading
 * @param photo what came in
 * @param aligned what of it was read as the garment, in the standard frame, or null
 * @param attributes by name
 * @param neighbours retrieved entries, in the order shown
 * @param retrieval figures of the retrieval by name, such as the residual
 * @param landmark silhouette given to the guider, or null
 * @param withoutRetrieval result with retrieval guidance dropped, or null
 * @param result with it
 * @param truth standard image of the garment, or null
 * @param figures by name
 */
public record GarmentCard(
        String id,
        RgbImage photo,
        RgbImage aligned,
        Map<String, String> attributes,
        List<NeighbourTile> neighbours,
        Map<String, Double> retrieval,
        RgbImage landmark,
        RgbImage withoutRetrieval,
        RgbImage result,
        RgbImage truth,
        Map<String, Double> figures) {
    public GarmentCard {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(photo, "photo");
        Objects.requireNonNull(result, "result");
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        neighbours = List.copyOf(neighbours);
        retrieval = Collections.unmodifiableMap(new LinkedHashMap<>(retrieval));
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
}
