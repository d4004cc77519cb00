package org.ragdiff.retrieval.structurenet;

import java.util.Arrays;

/**
 * Which candidates a photo is told apart from: those of its batch, and the most similar ones of the database
 * (hard-negative mining; Xuan et al. 2020). Its own garment's other entries are none. Stateless.
 */
final class HardNegatives {
    private HardNegatives() {}

    /**
     * @param cosines rows of photos over n + stored candidates: the standard images of the batch, then the database
     * @param garments number of each photo's garment, which is its place in the database; -1 for none
     * @param stored entries of the database
     * @param hardest how many of these count for each photo
     * @return targets of the size of {@code cosines}: 1 for the photo's own standard image, 0 for others, -1 for
     *     those left out
     */
    static float[] targets(float[] cosines, int[] garments, int stored, int hardest) {
        int n = garments.length;
        int all = n + stored;
        if (cosines.length != n * all) {
            throw new IllegalArgumentException(
                    cosines.length + " cosines of " + n + " photos and " + all + " candidates");
        }
        float[] targets = new float[n * all];
        for (int i = 0; i < n; i++) {
            int row = i * all;
            for (int j = 0; j < n; j++) {
                boolean same = j != i && garments[j] >= 0 && garments[j] == garments[i];
                targets[row + j] = j == i ? 1 : same ? -1 : 0;
            }
            float least = bound(cosines, row + n, stored, hardest);
            for (int j = 0; j < stored; j++) {
                boolean out = j == garments[i] || cosines[row + n + j] < least;
                targets[row + n + j] = out ? -1 : 0;
            }
        }
        return targets;
    }

    private static float bound(float[] values, int from, int count, int largest) {
        if (largest >= count) {
            return Float.NEGATIVE_INFINITY;
        }
        float[] sorted = Arrays.copyOfRange(values, from, from + count);
        Arrays.sort(sorted);
        return sorted[count - largest];
    }
}
