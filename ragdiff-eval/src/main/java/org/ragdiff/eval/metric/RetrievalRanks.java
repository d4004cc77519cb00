package org.ragdiff.eval.metric;

import java.util.Arrays;

/** Figures of how high the wanted entry ranks. Ranks count from 1; 0 means that it was not found. Stateless. */
public final class RetrievalRanks {
    private RetrievalRanks() {}

    /** Share of the queries whose wanted entry is among the first k. */
    public static double recallAt(int k, int[] ranks) {
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, got " + k);
        }
        requireSome(ranks);
        return Arrays.stream(ranks).filter(r -> r >= 1 && r <= k).count() / (double) ranks.length;
    }

    /** Mean of 1/rank, 0 for those not found. */
    public static double meanReciprocalRank(int[] ranks) {
        requireSome(ranks);
        return Arrays.stream(ranks).mapToDouble(r -> r < 1 ? 0 : 1.0 / r).sum() / ranks.length;
    }

    private static void requireSome(int[] ranks) {
        if (ranks.length == 0) {
            throw new IllegalArgumentException("ranks is empty, expected at least one query");
        }
    }
}
