package org.ragdiff.core;

/**
 * An answer of a structure database.
 *
 * @param entry the entry found
 * @param similarity inner product with the query, in [-1, 1] for unit vectors
 */
public record Neighbour(StructureEntry entry, double similarity) {}
