package org.ragdiff.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.retrieval.structurenet.SampleBatches;
import org.ragdiff.retrieval.structurenet.StructureBatch;
import org.ragdiff.retrieval.structurenet.StructureNetConfig;
import org.ragdiff.retrieval.structurenet.StructureSample;

/** Pairs as samples of a StructureNet. Stateless. */
final class StructurePairs {
    private static final int VALIDATION_SAMPLES = 256;
    private static final int VALIDATION_BATCH = 32;

    private StructurePairs() {}

    /** Batches that each show another garment, at most 256 in all. */
    static List<StructureBatch> heldOut(PairSource pairs, StructureNetConfig config) {
        int n = Math.min(VALIDATION_SAMPLES, pairs.garments()) / VALIDATION_BATCH;
        SampleBatches batches = SampleBatches.plain(i -> sample(pairs.pair(i)), config, VALIDATION_BATCH);
        List<StructureBatch> out = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            out.add(batches.batch(i));
        }
        return out;
    }

    /** Neighbouring pairs, made in parallel. */
    static List<StructureSample> samples(PairSource pairs, long from, int count) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> sample(pairs.pair(from + i)))
                .toList();
    }

    private static StructureSample sample(GarmentPair pair) {
        return new StructureSample(
                pair.wild(), pair.garmentInPhoto(), pair.standard(), pair.silhouette(), pair.attributes());
    }
}
