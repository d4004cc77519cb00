package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.cache.FeatureLayout;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;

/** What is computed once for each of many pairs, in a file that is found again by what it depends on. Stateless. */
final class PairFeatures {
    private static final int BATCH = 32;

    private PairFeatures() {}

    /** Hears how far the computation is. */
    interface Progress {
        void computed(long done, long all);
    }

    /** Records of pairs, in their order. */
    interface Computation {
        List<float[]> of(List<GarmentPair> pairs, StructureDatabase database);
    }

    /**
     * @param records pairs from position 0 on
     * @param key of all that a record depends on beside its pair
     * @param made gives the database, which is closed afterwards
     */
    static FeatureCache openOrCompute(
            Path file,
            PairSource pairs,
            int records,
            String key,
            FeatureLayout layout,
            Supplier<StructureDatabase> made,
            Computation computation,
            Progress progress)
            throws IOException {
        String hash = Sha256.of(pairs.fingerprint() + " " + records + " " + key);
        return FeatureCache.openOrCompute(file, hash, layout, sink -> {
            try (StructureDatabase database = made.get()) {
                // Batches are those of an uninterrupted run, so that records are the same to the bit.
                for (int from = sink.present() / BATCH * BATCH; from < records; from += BATCH) {
                    int first = from;
                    List<GarmentPair> batch = IntStream.range(0, Math.min(BATCH, records - from))
                            .parallel()
                            .mapToObj(i -> pairs.pair(first + i))
                            .toList();
                    List<float[]> computed = computation.of(batch, database);
                    for (float[] record : computed.subList(Math.max(0, sink.present() - from), computed.size())) {
                        sink.append(record);
                    }
                    progress.computed(from + batch.size(), records);
                }
            }
        });
    }
}
