package org.ragdiff.cli.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.eval.GarmentResult;

/**
 * Measures a model on pairs, batch by batch: results and ablations, landmarks, recall, reconstruction. Holds one
 * batch of pictures at a time. Not thread-safe.
 */
public final class Evaluation {
    private static final int BATCH = 8;

    private final PairedRun run;
    private final Optional<CodecComparison> codec;
    private final RecallMeasure recall;

    /**
     * @param codec where reconstruction is measured too
     */
    public Evaluation(PairedRun run, Optional<CodecComparison> codec) {
        this.run = Objects.requireNonNull(run, "run");
        this.codec = Objects.requireNonNull(codec, "codec");
        this.recall = new RecallMeasure(run.pipeline().parts().database());
    }

    /**
     * Runs over the first pairs of a source, once.
     *
     * @param count at least 1
     * @param each receives every garment as it is done, without its recall
     * @return one row for each pair, in order
     */
    public List<GarmentResult> run(PairSource pairs, int count, Consumer<EvaluatedGarment> each) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, got " + count);
        }
        List<GarmentResult> rows = new ArrayList<>();
        for (int from = 0; from < count; from += BATCH) {
            List<GarmentPair> batch = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + BATCH); i++) {
                batch.add(pairs.pair(i));
            }
            for (EvaluatedGarment g : measure(batch, from)) {
                rows.add(g.row());
                each.accept(g);
            }
        }
        return withRecall(rows);
    }

    /** Standard images among which recall was measured. */
    public int gallerySize() {
        return recall.gallerySize();
    }

    private List<EvaluatedGarment> measure(List<GarmentPair> batch, int from) {
        List<EvaluatedGarment> garments = new ArrayList<>(run.run(batch, from));
        if (codec.isPresent()) {
            List<Map<String, Double>> figures = codec.get()
                    .figures(batch.stream().map(GarmentPair::standard).toList());
            for (int i = 0; i < garments.size(); i++) {
                garments.set(i, garments.get(i).with(figures.get(i)));
            }
        }
        StructureEncoder encoder = run.pipeline().parts().encoder();
        List<float[]> standards = encoder.encodeStandards(
                batch.stream().map(GarmentPair::standard).toList(),
                batch.stream().map(GarmentPair::silhouette).toList());
        for (int i = 0; i < garments.size(); i++) {
            float[] photo = garments.get(i).full().retrieval().query().embedding();
            recall.add(batch.get(i).id(), photo, standards.get(i));
        }
        return garments;
    }

    private List<GarmentResult> withRecall(List<GarmentResult> rows) {
        int[] ranks = recall.ranks();
        List<GarmentResult> out = new ArrayList<>();
        for (int i = 0; i < ranks.length; i++) {
            GarmentResult row = rows.get(i);
            Map<String, Double> figures = new LinkedHashMap<>(row.figures());
            figures.put("recallAt1", ranks[i] <= 1 ? 1.0 : 0.0);
            figures.put("recallAt5", ranks[i] <= 5 ? 1.0 : 0.0);
            figures.put("reciprocalRank", 1.0 / ranks[i]);
            out.add(new GarmentResult(row.id(), row.label(), row.hiddenShare(), figures));
        }
        return out;
    }
}
