package org.ragdiff.cli.ablate;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.diffusion.pipeline.GenerationOptions;

/**
 * One way to wire and run the pipeline, which axes change. Immutable.
 *
 * @param model folder of the networks: encoder, codec, denoiser
 * @param database retrieved from; the model's own if empty
 * @param aggregator fuses neighbours; one named {@code none} drops ê and landmark
 * @param options of the sampling, all but its seed
 * @param alignment how photos are brought into the standard frame
 */
public record Variant(
        ModelFiles model,
        Optional<Path> database,
        StructureAggregator aggregator,
        GenerationOptions options,
        Alignment alignment) {
    /** What brings photos into the standard frame. */
    public enum Alignment {
        /** The model's aligner, which looks twice. */
        LEARNED,
        /** The model's aligner, looking once. */
        ONE_LOOK,
        /** Nothing: they stay as they are. */
        NONE
    }

    public Variant {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(aggregator, "aggregator");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(alignment, "alignment");
    }

    public Variant withModel(ModelFiles other) {
        return new Variant(other, database, aggregator, options, alignment);
    }

    public Variant withDatabase(Path directory) {
        return new Variant(model, Optional.of(directory), aggregator, options, alignment);
    }

    public Variant withAggregator(StructureAggregator other) {
        return new Variant(model, database, other, options, alignment);
    }

    public Variant withOptions(GenerationOptions other) {
        return new Variant(model, database, aggregator, other, alignment);
    }

    public Variant withAlignment(Alignment other) {
        return new Variant(model, database, aggregator, options, other);
    }
}
