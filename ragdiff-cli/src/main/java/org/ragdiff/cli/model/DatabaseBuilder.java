package org.ragdiff.cli.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.StandardGarment;

/**
 * Fills structure databases with the garments of a store: embedding by the standard tower, signed distance
 * field, attributes, group. Thread-safe if the encoder is.
 */
public final class DatabaseBuilder {
    private static final int BATCH = 32;

    private final StructureEncoder encoder;

    /**
     * @param encoder not closed
     */
    public DatabaseBuilder(StructureEncoder encoder) {
        this.encoder = encoder;
    }

    /**
     * Adds all garments; commits at the end.
     *
     * @param database of this encoder
     * @param thumbnails whether to keep a small picture of each, if the database takes pictures
     * @param done called after each batch with the number of garments done
     * @throws IllegalArgumentException if the database is another encoder's
     */
    public void addAll(GarmentStore store, StructureDatabase database, boolean thumbnails, IntConsumer done) {
        if (!database.encoderFingerprint().equals(encoder.fingerprint())) {
            throw new IllegalArgumentException("the database was made by encoder " + database.encoderFingerprint()
                    + ", the encoder here is " + encoder.fingerprint() + "; build the database anew");
        }
        Thumbnails pictures = Thumbnails.of(database, thumbnails);
        for (int from = 0; from < store.size(); from += BATCH) {
            List<StandardGarment> garments = new ArrayList<>();
            for (int i = from; i < Math.min(store.size(), from + BATCH); i++) {
                garments.add(store.get(i));
            }
            database.upsert(entries(garments));
            garments.forEach(pictures::keep);
            done.accept(from + garments.size());
        }
        database.commit();
    }

    /** One entry for each garment, in order. */
    public List<StructureEntry> entries(List<StandardGarment> garments) {
        List<float[]> embeddings = encoder.encodeStandards(
                garments.stream().map(StandardGarment::standard).toList(),
                garments.stream().map(StandardGarment::silhouette).toList());
        List<StructureEntry> out = new ArrayList<>();
        for (int i = 0; i < garments.size(); i++) {
            StandardGarment g = garments.get(i);
            out.add(new StructureEntry(
                    g.id(),
                    embeddings.get(i),
                    SignedDistanceField.of(g.silhouette()).resize(StandardFrame.FIELD_SIDE),
                    g.attributes(),
                    g.group()));
        }
        return out;
    }
}
