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
 */
public record Variant(
        ModelFiles model, Optional<Path> database, StructureAggregator aggregator, GenerationOptions options) {
    public Variant {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(aggregator, "aggregator");
        Objects.requireNonNull(options, "options");
    }

    public Variant withModel(ModelFiles other) {
        return new Variant(other, database, aggregator, options);
    }

    public Variant withDatabase(Path directory) {
        return new Variant(model, Optional.of(directory), aggregator, options);
    }

    public Variant withAggregator(StructureAggregator other) {
        return new Variant(model, database, other, options);
    }

    public Variant withOptions(GenerationOptions other) {
        return new Variant(model, database, aggregator, other);
    }
}
