package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.cache.FeatureLayout;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.diffusion.refine.RefinerInputs;

/** What a refiner learns from, computed once for each pair: the evidence, the landmark, the true silhouette's field. */
final class RefinerFeatures {
    static final String EVIDENCE = "evidence";
    static final String LANDMARK = "landmark";
    static final String TRUTH = "truth";

    /** Numbers of a landmark. */
    static final int CELLS = StandardFrame.FIELD_SIDE * StandardFrame.FIELD_SIDE;

    static final int EVIDENCE_LENGTH = RefinerInputs.CHANNELS * CELLS;

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
        return openOrCompute(file, pairs, records, garments.fingerprint(), () -> reader.database(garments), progress);
    }

    /**
     * @param records pairs from position 0 on
     * @param gallery identifies the database
     * @param made gives the database, which is closed afterwards
     */
    FeatureCache openOrCompute(
            Path file,
            PairSource pairs,
            int records,
            String gallery,
            Supplier<StructureDatabase> made,
            PairFeatures.Progress progress)
            throws IOException {
        Map<String, Integer> parts = new LinkedHashMap<>();
        parts.put(EVIDENCE, EVIDENCE_LENGTH);
        parts.put(LANDMARK, CELLS);
        parts.put(TRUTH, RefinerInputs.TRUTH_CELLS);
        return PairFeatures.openOrCompute(
                file,
                pairs,
                records,
                "refiner " + VERSION + " " + gallery + " " + reader.key(),
                new FeatureLayout(parts),
                made,
                this::compute,
                progress);
    }

    private List<float[]> compute(List<GarmentPair> batch, StructureDatabase database) {
        List<PairReader.Reading> readings = reader.read(batch, database);
        List<float[]> out = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            float[] record = new float[EVIDENCE_LENGTH + CELLS + RefinerInputs.TRUTH_CELLS];
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
}
