package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.cache.FeatureLayout;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.diffusion.refine.RefinerBatch;
import org.ragdiff.diffusion.refine.RefinerInputs;

/** What a refiner learns from, computed once for each pair: the evidence, the landmark, the true silhouette's field. */
final class RefinerFeatures {
    private static final int CELLS = StandardFrame.FIELD_SIDE * StandardFrame.FIELD_SIDE;
    private static final String EVIDENCE = "evidence";
    private static final String LANDMARK = "landmark";
    private static final String TRUTH = "truth";
    /** Raised when features are computed differently, so that old ones are not used. */
    private static final int VERSION = 1;

    private final PairReader reader;

    RefinerFeatures(PairReader reader) {
        this.reader = reader;
    }

    /**
     * @param records pairs from position 0 on
     * @param garments that make up the database
     */
    FeatureCache openOrCompute(
            Path file, PairSource pairs, int records, GarmentStore garments, PairFeatures.Progress progress)
            throws IOException {
        Map<String, Integer> parts = new LinkedHashMap<>();
        parts.put(EVIDENCE, RefinerInputs.CHANNELS * CELLS);
        parts.put(LANDMARK, CELLS);
        parts.put(TRUTH, RefinerInputs.TRUTH_CELLS);
        return PairFeatures.openOrCompute(
                file,
                pairs,
                records,
                "refiner " + VERSION + " " + garments.fingerprint() + " " + reader.key(),
                new FeatureLayout(parts),
                () -> reader.database(garments),
                this::compute,
                progress);
    }

    private List<float[]> compute(List<GarmentPair> batch, StructureDatabase database) {
        List<PairReader.Reading> readings = reader.read(batch, database);
        List<float[]> out = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            float[] record = new float[(RefinerInputs.CHANNELS + 1) * CELLS + RefinerInputs.TRUTH_CELLS];
            float[] evidence = RefinerInputs.of(List.of(readings.get(i).evidence()));
            float[] landmark =
                    RefinerInputs.landmarks(List.of(readings.get(i).guidance().landmark()));
            float[] truth =
                    RefinerInputs.truth(SignedDistanceField.of(batch.get(i).silhouette()));
            System.arraycopy(evidence, 0, record, 0, evidence.length);
            System.arraycopy(landmark, 0, record, evidence.length, CELLS);
            System.arraycopy(truth, 0, record, evidence.length + CELLS, truth.length);
            out.add(record);
        }
        return out;
    }

    /** The records of the given numbers. */
    static RefinerBatch batch(FeatureCache features, int[] records) {
        int n = records.length;
        float[] evidence = new float[n * RefinerInputs.CHANNELS * CELLS];
        float[] landmarks = new float[n * CELLS];
        float[] truth = new float[n * RefinerInputs.TRUTH_CELLS];
        for (int i = 0; i < n; i++) {
            features.read(records[i], EVIDENCE, evidence, i * RefinerInputs.CHANNELS * CELLS);
            features.read(records[i], LANDMARK, landmarks, i * CELLS);
            features.read(records[i], TRUTH, truth, i * RefinerInputs.TRUTH_CELLS);
        }
        return new RefinerBatch(n, evidence, landmarks, truth);
    }
}
