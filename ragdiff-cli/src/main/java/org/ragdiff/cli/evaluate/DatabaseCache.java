package org.ragdiff.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.ragdiff.cli.model.DatabaseBuilder;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.retrieval.database.LuceneDatabase;

/**
 * Databases built from stores of garments, each kept under a hash of the store's contents and the encoder, so that
 * it is built once. Not thread-safe.
 */
public final class DatabaseCache {
    private final ModelFolder model;
    private final Path folder;

    /**
     * @param model whose encoder embeds; owns the databases
     * @param folder where they are kept; made if it is missing
     */
    public DatabaseCache(ModelFolder model, Path folder) {
        this.model = Objects.requireNonNull(model, "model");
        this.folder = Objects.requireNonNull(folder, "folder");
    }

    /** Where the database of a store lies, built or not. */
    public Path directory(GarmentStore store) {
        String key = Sha256.of(store.fingerprint() + " " + model.encoder().fingerprint());
        return folder.resolve("structures-" + key.substring(0, 16));
    }

    /**
     * @param done called with the number of garments done while it is built
     * @throws IOException if it cannot be read or written
     */
    public LuceneDatabase openOrBuild(GarmentStore store, IntConsumer done) throws IOException {
        Path directory = directory(store);
        if (!LuceneDatabase.exists(directory)) {
            // The file appears with the commit at the end: a build cut short leaves none.
            try (StructureDatabase built = LuceneDatabase.create(
                    directory, model.encoder().dimension(), model.encoder().fingerprint())) {
                new DatabaseBuilder(model.encoder()).addAll(store, built, false, done);
            }
        }
        return model.database(directory);
    }
}
