package org.ragdiff.retrieval.database.exchange;

/**
 * What became of entries that came into a database.
 *
 * @param added new ones
 * @param replaced those that took the place of one of the same id
 * @param kept those left out for one of the same id
 */
public record IntakeCounts(int added, int replaced, int kept) {}
