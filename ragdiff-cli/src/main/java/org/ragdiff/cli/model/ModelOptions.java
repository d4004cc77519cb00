package org.ragdiff.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import org.ragdiff.retrieval.database.LuceneDatabase;
import picocli.CommandLine.Option;

/** Options of commands that use a model and a structure database. */
public final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Folder with structure.safetensors, vae.safetensors, diffusion.safetensors and database/"
                    + " (default: the demo model's).")
    private Path model;

    @Option(
            names = "--database",
            paramLabel = "DIR",
            description = "Structure database, made by `ragdiff index build` (default: the model's own).")
    private Path database;

    /** The model that was asked for; nothing is opened. */
    public ModelFiles files() {
        return ModelFiles.orDemo(model);
    }

    /** The database that was asked for, opened for the model, closed with it. */
    public LuceneDatabase database(ModelFolder opened) throws IOException {
        return database == null ? opened.database() : opened.database(database);
    }
}
