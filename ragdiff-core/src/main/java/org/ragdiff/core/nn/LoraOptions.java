package org.ragdiff.core.nn;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Which linear layers of a network get low-rank adapters, and how large.
 *
 * @param rank r, columns of B and rows of A
 * @param alpha the update is alpha / rank · B · A
 * @param match {@link NamePattern}s of the layers' full names; by default the projections of all attention layers
 */
public record LoraOptions(
        int rank,
        double alpha,
        @JsonProperty(defaultValue = "[\"*.to_q\", \"*.to_k\", \"*.to_v\", \"*.to_out.0\"]") List<String> match) {
    public LoraOptions {
        if (rank < 1 || rank > 4096) {
            throw new IllegalArgumentException("rank must be in 1..4096, got " + rank);
        }
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("alpha must be positive, got " + alpha);
        }
        match = List.copyOf(match);
        if (match.isEmpty()) {
            throw new IllegalArgumentException("match is empty: name layers, such as *.to_q");
        }
        match.forEach(NamePattern::of);
    }

    /** All projections of attention layers, scale 1. */
    public static LoraOptions ofRank(int rank) {
        return new LoraOptions(rank, rank, List.of("*.to_q", "*.to_k", "*.to_v", "*.to_out.0"));
    }

    public LoraOptions withAlpha(double newAlpha) {
        return new LoraOptions(rank, newAlpha, match);
    }

    public LoraOptions withMatch(String... patterns) {
        return new LoraOptions(rank, alpha, List.of(patterns));
    }
}
