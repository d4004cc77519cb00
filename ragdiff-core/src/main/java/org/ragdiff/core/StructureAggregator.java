package org.ragdiff.core;

import java.util.List;

/**
 * Fuses a query's neighbours into soft and hard guidance: SLLE (arXiv 2411.19528, section 3.3) or a
 * baseline of it. Implementations are immutable and thread-safe.
 */
public interface StructureAggregator {
    /** Name for configuration files and the command line, such as {@code slle}. */
    String name();

    /** How many neighbours it wants to choose from. */
    int neighbours();

    /**
     * @param neighbours best first, at least one
     * @throws IllegalArgumentException if there is no neighbour or a dimension differs
     */
    StructureGuidance aggregate(StructureQuery query, List<Neighbour> neighbours);
}
