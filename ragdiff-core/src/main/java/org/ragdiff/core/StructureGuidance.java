package org.ragdiff.core;

import java.util.List;
import java.util.Objects;

/**
 * What an aggregator makes of a query and its neighbours.
 *
 * @param embedding the fused unit vector ê: soft guidance
 * @param landmark signed distance field of the silhouette landmark: hard guidance
 * @param neighbours the entries used, in the order of {@code weights}; empty for "none"
 * @param weights SLLE weights, sum 1
 * @param residual ‖e − Σ wᵢxᵢ‖
 * @param effectiveNeighbours 1 / Σ wᵢ²
 * @param outOfManifold in [0, 1]: how badly the database explains the query
 */
public record StructureGuidance(
        float[] embedding,
        SignedDistanceField landmark,
        List<Neighbour> neighbours,
        double[] weights,
        double residual,
        double effectiveNeighbours,
        double outOfManifold) {
    public StructureGuidance {
        Objects.requireNonNull(embedding, "embedding");
        Objects.requireNonNull(landmark, "landmark");
        neighbours = List.copyOf(neighbours);
        if (weights.length != neighbours.size()) {
            throw new IllegalArgumentException(weights.length + " weights for " + neighbours.size() + " neighbours");
        }
    }

    /**
     * The structure part of ê.
     *
     * @param length {@link StructureEncoder#structureDimension()}
     * @return ê itself if it has that length, else its first numbers, brought to unit length; not to be modified
     * @throws IllegalArgumentException if ê is shorter
     */
    public float[] structure(int length) {
        return StructurePart.of(embedding, length);
    }
}
