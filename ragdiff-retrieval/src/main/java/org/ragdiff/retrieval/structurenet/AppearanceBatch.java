package org.ragdiff.retrieval.structurenet;

/**
 * A batch whose garments have numbers, by which their entries in the database of all training garments are found.
 *
 * @param samples as {@link SampleBatches#trueColours} makes them
 * @param garments number of each sample's garment; of a garment that is not in that database, -1
 */
public record AppearanceBatch(StructureBatch samples, int[] garments) {
    public AppearanceBatch {
        if (garments.length != samples.size()) {
            throw new IllegalArgumentException(
                    garments.length + " numbers of garments for " + samples.size() + " samples");
        }
    }
}
