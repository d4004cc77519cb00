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
 * @param aligned whether the model's aligner brings photos into the standard frame; otherwise they stay as they are
 */
public record Variant(
        ModelFiles model,
        Optional<Path> database,
        StructureAggregator aggregator,
        GenerationOptions options,
        boolean aligned) {
    public Variant {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(aggregator, "aggregator");
        Objects.requireNonNull(options, "options");
    }

    public Variant withModel(ModelFiles other) {
        return new Variant(other, database, aggregator, options, aligned);
    }

    public Variant withDatabase(Path directory) {
        return new Variant(model, Optional.of(directory), aggregator, options, aligned);
    }

    public Variant withAggregator(StructureAggregator other) {
        return new Variant(model, database, other, options, aligned);
    }

    public Variant withOptions(GenerationOptions other) {
        return new Variant(model, database, aggregator, other, aligned);
    }

    public Variant withAligned(boolean whether) {
        return new Variant(model, database, aggregator, options, whether);
    }
}
