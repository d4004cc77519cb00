package org.ragdiff.cli.retrieval;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.ragdiff.cli.evaluate.LandmarkComparison;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructurePart;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.eval.Scorer;

/**
 * Landmarks of the same photos from two databases, of which the second holds the first, and from what it has beyond:
 * by each aggregator {@code before/NAME}, {@code after/NAME} and {@code alone/NAME}, IoU with the true silhouette;
 * {@code oracle} by the entry whose silhouette fits best; {@code added among 16} is the share of the 16 nearest entries
 * that only the second has. Not thread-safe itself.
 */
public final class ExpansionMeasure {
    static final String ADDED = "added among 16";
    static final String ORACLE = "oracle";
    private static final int NEIGHBOURS = 16;
    private static final int BATCH = 32;

    private final StructureEncoder encoder;
    private final AttributeExtractor attributes;
    private final StructureDatabase before;
    private final StructureDatabase after;
    private final StructureDatabase alone;
    private final Set<String> known = new HashSet<>();

    public ExpansionMeasure(
            StructureEncoder encoder,
            AttributeExtractor attributes,
            StructureDatabase before,
            StructureDatabase after,
            StructureDatabase alone) {
        this.encoder = encoder;
        this.attributes = attributes;
        this.before = before;
        this.after = after;
        this.alone = alone;
        before.entries().forEach(e -> known.add(e.id()));
    }

    /** Figures of photos. Immutable. */
    public record Rows(List<ViewRow> views) {}

    /**
     * @param count pairs, from position 0
     * @param done hears the number of photos that were measured
     */
    public Rows run(PairSource pairs, int count, IntConsumer done) {
        List<ViewRow> rows = new ArrayList<>();
        for (int from = 0; from < count; from += BATCH) {
            List<GarmentPair> batch = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + BATCH); i++) {
                batch.add(pairs.pair(i));
            }
            List<RgbImage> photos = batch.stream().map(GarmentPair::wild).toList();
            List<StructureQuery> queries = encoder.encodePhotos(photos, attributes.extract(photos));
            rows.addAll(IntStream.range(0, batch.size())
                    .parallel()
                    .mapToObj(i -> row(batch.get(i), queries.get(i)))
                    .toList());
            done.accept(rows.size());
        }
        return new Rows(rows);
    }

    private ViewRow row(GarmentPair pair, StructureQuery query) {
        SignedDistanceField truth = SignedDistanceField.of(pair.silhouette()).resize(StandardFrame.FIELD_SIDE);
        Map<String, Double> out = new LinkedHashMap<>();
        figures("before/", before, pair, query, truth, out);
        figures("after/", after, pair, query, truth, out);
        figures("alone/", alone, pair, query, truth, out);
        out.put(
                ADDED,
                StructurePart.search(
                                        after,
                                        query.embedding(),
                                        encoder.structureDimension(),
                                        NEIGHBOURS,
                                        LandmarkComparison.others(pair))
                                .stream()
                                .filter(n -> !known.contains(n.entry().id()))
                                .count()
                        / (double) NEIGHBOURS);
        return new ViewRow(pair.id(), pair.hiddenShare(), out);
    }

    private void figures(
            String when,
            StructureDatabase database,
            GarmentPair pair,
            StructureQuery query,
            SignedDistanceField truth,
            Map<String, Double> out) {
        LandmarkComparison landmarks = new LandmarkComparison(database, encoder.structureDimension());
        EntryFilter others = LandmarkComparison.others(pair);
        for (String aggregator : RetrievalEvaluation.AGGREGATORS) {
            if (!aggregator.equals("decoded") || query.field().isPresent()) {
                out.put(
                        when + aggregator,
                        Scorer.landmarkIou(
                                landmarks.guidance(aggregator, query, others).landmark(), truth));
            }
        }
        double best = 0;
        for (var e : database.entries()) {
            if (others.test(e)) {
                best = Math.max(best, Scorer.landmarkIou(e.field(), truth));
            }
        }
        out.put(when + ORACLE, best);
    }
}
