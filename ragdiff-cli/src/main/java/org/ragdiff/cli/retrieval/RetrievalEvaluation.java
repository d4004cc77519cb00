package org.ragdiff.cli.retrieval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.ragdiff.cli.evaluate.LandmarkComparison;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.eval.Scorer;
import org.ragdiff.eval.metric.BoundarySharpness;

/**
 * Measures retrieval on pairs: landmarks of several aggregators, with nothing of the garment's group in the
 * database; where its own standard image ranks if it is there; what category it is taken for. Photos of a batch are
 * measured in parallel. Not thread-safe itself.
 */
final class RetrievalEvaluation {
    /** Aggregators whose landmarks are compared; {@code decoded} is regression without a database. */
    static final List<String> AGGREGATORS =
            List.of("slle-field", "decoded", "mean", "slle", "slle-nearest", "slle-mask", "top1");

    /** Those that a condensed database is compared by; their figures have its name before theirs. */
    static final List<String> CONDENSED_AGGREGATORS = List.of("slle-field", "slle", "top1");

    static final String CONDENSED = "condensed ";

    private static final int BATCH = 32;

    private final StructureEncoder encoder;
    private final AttributeExtractor attributes;
    private final LandmarkComparison landmarks;
    /** Null if no condensed database is measured. */
    private final LandmarkComparison condensed;

    private final Gallery gallery;
    private final List<PhotoDescriptor> descriptors;

    /**
     * @param database landmarks are retrieved from
     * @param condensed prototypes of it, measured beside it; null for none
     * @param gallery standard images that own ones are looked for in
     * @param descriptors by which they are looked for; the system's own one first
     */
    RetrievalEvaluation(
            StructureEncoder encoder,
            AttributeExtractor attributes,
            StructureDatabase database,
            StructureDatabase condensed,
            Gallery gallery,
            List<PhotoDescriptor> descriptors) {
        this.encoder = encoder;
        this.attributes = attributes;
        this.landmarks = new LandmarkComparison(database, encoder.structureDimension());
        this.condensed = condensed == null ? null : new LandmarkComparison(condensed, encoder.structureDimension());
        this.gallery = gallery;
        this.descriptors = List.copyOf(descriptors);
    }

    /**
     * @param count pairs, from position 0
     * @param done hears the number of photos that were measured
     */
    List<ViewRow> run(PairSource pairs, int count, IntConsumer done) {
        List<ViewRow> rows = new ArrayList<>();
        for (int from = 0; from < count; from += BATCH) {
            List<GarmentPair> batch = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + BATCH); i++) {
                batch.add(pairs.pair(i));
            }
            rows.addAll(measure(batch));
            done.accept(rows.size());
        }
        return rows;
    }

    private List<ViewRow> measure(List<GarmentPair> batch) {
        List<RgbImage> photos = batch.stream().map(GarmentPair::wild).toList();
        List<GarmentAttributes> seen = attributes.extract(photos);
        List<StructureQuery> queries = encoder.encodePhotos(photos, seen);
        Map<PhotoDescriptor, List<float[]>> vectors = new LinkedHashMap<>();
        descriptors.forEach(d -> vectors.put(d, d.photos(batch)));
        return IntStream.range(0, batch.size())
                .parallel()
                .mapToObj(i -> {
                    GarmentPair pair = batch.get(i);
                    Map<String, Double> figures = landmarks(pair, queries.get(i));
                    Category truth = pair.attributes().category();
                    if (truth != Category.UNKNOWN) {
                        figures.put("category/trained head", seen.get(i).category() == truth ? 1.0 : 0.0);
                    }
                    vectors.forEach((d, all) -> figures.putAll(found(d, all.get(i), pair)));
                    return new ViewRow(pair.id(), pair.hiddenShare(), figures);
                })
                .toList();
    }

    private Map<String, Double> landmarks(GarmentPair pair, StructureQuery query) {
        SignedDistanceField truth = truth(pair);
        Map<String, Double> out = new LinkedHashMap<>();
        for (String aggregator : AGGREGATORS) {
            if (aggregator.equals("decoded") && query.field().isEmpty()) {
                continue;
            }
            StructureGuidance g = landmarks.guidance(aggregator, query, LandmarkComparison.others(pair));
            out.put("iou/" + aggregator, Scorer.landmarkIou(g.landmark(), truth));
            out.put("sharpness/" + aggregator, BoundarySharpness.of(g.landmark()));
        }
        if (condensed != null) {
            for (String aggregator : CONDENSED_AGGREGATORS) {
                StructureGuidance g = condensed.guidance(aggregator, query, LandmarkComparison.others(pair));
                out.put("iou/" + CONDENSED + aggregator, Scorer.landmarkIou(g.landmark(), truth));
                out.put("sharpness/" + CONDENSED + aggregator, BoundarySharpness.of(g.landmark()));
            }
        }
        return out;
    }

    private Map<String, Double> found(PhotoDescriptor d, float[] vector, GarmentPair pair) {
        Gallery.Found found = gallery.find(d, vector, pair.id(), pair.group());
        Map<String, Double> out = new LinkedHashMap<>();
        for (int k : new int[] {1, 5, 10}) {
            out.put("recall@" + k + "/" + d.name(), found.rank() <= k ? 1.0 : 0.0);
        }
        SignedDistanceField truth = truth(pair);
        out.put("nearest/" + d.name(), Scorer.landmarkIou(found.nearestOther().field(), truth));
        out.put("nearestWithOwn/" + d.name(), Scorer.landmarkIou(found.nearest().field(), truth));
        Category category = pair.attributes().category();
        if (category != Category.UNKNOWN) {
            out.put("category/" + d.name(), found.nearestOther().category() == category ? 1.0 : 0.0);
        }
        return out;
    }

    private static SignedDistanceField truth(GarmentPair pair) {
        return SignedDistanceField.of(pair.silhouette()).resize(StandardFrame.FIELD_SIDE);
    }
}
