package org.ragdiff.cli.train;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.cli.model.DatabaseBuilder;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructurePart;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.diffusion.pipeline.SilhouetteFusion;
import org.ragdiff.retrieval.database.ExactDatabase;

/**
 * What is known of a pair's photo before its garment is drawn, as in a pipeline, when nothing of the garment's own
 * group is in the database. The parts are the caller's to close.
 *
 * @param fusion of the aligned photos into the fields that the database is asked with
 */
record PairReader(
        StructureEncoder encoder,
        AttributeExtractor extractor,
        StructureAggregator aggregator,
        PhotoAligner aligner,
        SilhouetteFusion fusion) {
    /** Of a pair. */
    record Reading(AlignedPhoto aligned, StructureGuidance guidance, LandmarkEvidence evidence) {}

    List<Reading> read(List<GarmentPair> pairs, StructureDatabase database) {
        List<RgbImage> photos = pairs.stream().map(GarmentPair::wild).toList();
        List<AlignedPhoto> aligned = aligner.align(photos);
        List<StructureQuery> queries = encoder.encodePhotos(photos, extractor.extract(photos));
        List<Reading> out = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            String group = pairs.get(i).group();
            StructureQuery query = fusion.apply(queries.get(i), aligned.get(i));
            List<Neighbour> neighbours = StructurePart.search(
                    database, query.embedding(), encoder.structureDimension(), aggregator.neighbours(), e -> !e.group()
                            .equals(group));
            StructureGuidance guidance =
                    aggregator.aggregate(StructurePart.of(query, encoder.structureDimension()), neighbours);
            out.add(new Reading(aligned.get(i), guidance, LandmarkEvidence.of(aligned.get(i), query, guidance)));
        }
        return out;
    }

    /** A database of garments, closed by the caller. */
    StructureDatabase database(GarmentStore garments) {
        StructureDatabase database = new ExactDatabase(encoder.dimension(), encoder.fingerprint());
        new DatabaseBuilder(encoder).addAll(garments, database, false, done -> {});
        return database;
    }

    /** What readings depend on beside pairs and database. */
    String key() {
        return encoder.fingerprint() + " " + aggregator.name() + " " + aligner.fingerprint()
                + (fusion.share() > 0 ? " " + fusion : "");
    }
}
