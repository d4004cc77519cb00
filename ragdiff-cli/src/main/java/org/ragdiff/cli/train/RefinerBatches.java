package org.ragdiff.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.refine.RefinerBatch;
import org.ragdiff.diffusion.refine.RefinerInputs;

/** Records of a feature cache that {@link RefinerFeatures} made. Thread-safe. */
final class RefinerBatches {
    private static final int CHOICE = 22;

    private final FeatureCache features;

    RefinerBatches(FeatureCache features) {
        this.features = features;
    }

    /**
     * Random records, other ones for each replica.
     *
     * @param dyed share of records that show their garment in other colours
     */
    RefinerBatch.Source random(double dyed, int replica, int replicas) {
        return (seed, step, size) -> {
            SplittableRandom random = StepRandom.of(seed, step * replicas + replica, CHOICE);
            RefinerBatch batch = of(random.ints(size, 0, features.count()).toArray());
            int each = batch.evidence().length / size;
            for (int i = 0; i < size; i++) {
                if (random.nextDouble() < dyed) {
                    EvidenceDye.apply(batch.evidence(), i * each, each / RefinerInputs.CHANNELS, random);
                }
            }
            return batch;
        };
    }

    /** All records, in batches of at most {@code most}. */
    List<RefinerBatch> all(int most) {
        List<RefinerBatch> out = new ArrayList<>();
        for (int from = 0; from < features.count(); from += most) {
            int to = Math.min(features.count(), from + most);
            out.add(of(IntStream.range(from, to).toArray()));
        }
        return out;
    }

    private RefinerBatch of(int[] records) {
        int n = records.length;
        float[] evidence = new float[n * RefinerFeatures.EVIDENCE_LENGTH];
        float[] landmarks = new float[n * RefinerFeatures.CELLS];
        float[] truth = new float[n * RefinerInputs.TRUTH_CELLS];
        for (int i = 0; i < n; i++) {
            features.read(records[i], RefinerFeatures.EVIDENCE, evidence, i * RefinerFeatures.EVIDENCE_LENGTH);
            features.read(records[i], RefinerFeatures.LANDMARK, landmarks, i * RefinerFeatures.CELLS);
            features.read(records[i], RefinerFeatures.TRUTH, truth, i * RefinerInputs.TRUTH_CELLS);
        }
        return new RefinerBatch(n, evidence, landmarks, truth);
    }
}
