package org.ragdiff.cli.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructurePart;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.diffusion.pipeline.Retrieval;
import org.ragdiff.eval.Scorer;
import org.ragdiff.slle.Aggregators;

/**
 * How well landmarks of several aggregators fit the true silhouette: blends of distance fields, of masks, one
 * neighbour, and the field read off the photo with no database. All see the same query and the same entries.
 * Thread-safe if the database is.
 */
public final class LandmarkComparison {
    private final StructureDatabase database;
    private final int structureDimension;

    /** @param structureDimension of the encoder, see {@link StructurePart} */
    public LandmarkComparison(StructureDatabase database, int structureDimension) {
        this.database = Objects.requireNonNull(database, "database");
        this.structureDimension = structureDimension;
    }

    /** Entries that may serve for a garment: neither itself nor any of its group. */
    public static EntryFilter others(GarmentPair pair) {
        return EntryFilter.any().withoutId(pair.id()).withoutGroup(pair.group());
    }

    /**
     * What an aggregator makes of a query.
     *
     * @throws IllegalStateException if no entry is allowed
     */
    public StructureGuidance guidance(String aggregator, StructureQuery query, Predicate<StructureEntry> allowed) {
        StructureAggregator a = Aggregators.byName(aggregator);
        List<Neighbour> found = StructurePart.search(
                database, query.embedding(), structureDimension, Math.max(1, a.neighbours()), allowed);
        if (found.isEmpty()) {
            throw new IllegalStateException("the structure database has " + database.count()
                    + " entries, and none of them may be used for this photo; add garments to it");
        }
        return a.aggregate(StructurePart.of(query, structureDimension), found);
    }

    /**
     * @param retrieval the full system's
     * @param system name of its aggregator, which is not measured twice
     * @return {@code landmarkIou} of the landmark used, and the same with the suffixes of {@link
     *     Ablation#ofLandmarks}; no decoded field, no figure of it
     */
    public Map<String, Double> figures(GarmentPair pair, Retrieval retrieval, String system) {
        SignedDistanceField truth = SignedDistanceField.of(pair.silhouette()).resize(StandardFrame.FIELD_SIDE);
        Map<String, Double> out = new LinkedHashMap<>();
        out.put("landmarkIou", Scorer.landmarkIou(retrieval.landmark(), truth));
        StructureQuery query = retrieval.query();
        for (Ablation a : Ablation.ofLandmarks()) {
            boolean possible =
                    !a.aggregator().equals("decoded") || query.field().isPresent();
            if (possible && !a.aggregator().equals(system)) {
                StructureGuidance g = guidance(a.aggregator(), query, others(pair));
                out.put("landmarkIou" + a.suffix(), Scorer.landmarkIou(g.landmark(), truth));
            }
        }
        return out;
    }
}
