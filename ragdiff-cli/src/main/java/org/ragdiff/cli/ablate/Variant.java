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
 * @param refinement what corrects landmarks
 */
public record Variant(
        ModelFiles model,
        Optional<Path> database,
        StructureAggregator aggregator,
        GenerationOptions options,
        Alignment alignment,
        Refinement refinement) {
    /** What brings photos into the standard frame. */
    public enum Alignment {
        /** The model's aligner, which looks twice. */
        LEARNED,
        /** The model's aligner, looking once. */
        ONE_LOOK,
        /** Nothing: they stay as they are. */
        NONE
    }

    /** What corrects landmarks. */
    public enum Refinement {
        /** The model's refiner, if it has one. */
        LEARNED,
        /** Nothing: they stay as the database gives them. */
        NONE
    }

    public Variant {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(aggregator, "aggregator");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(alignment, "alignment");
        Objects.requireNonNull(refinement, "refinement");
    }

    public Variant withModel(ModelFiles other) {
        return new Variant(other, database, aggregator, options, alignment, refinement);
    }

    public Variant withDatabase(Path directory) {
        return new Variant(model, Optional.of(directory), aggregator, options, alignment, refinement);
    }

    public Variant withAggregator(StructureAggregator other) {
        return new Variant(model, database, other, options, alignment, refinement);
    }

    public Variant withOptions(GenerationOptions other) {
        return new Variant(model, database, aggregator, other, alignment, refinement);
    }

    public Variant withAlignment(Alignment other) {
        return new Variant(model, database, aggregator, options, other, refinement);
    }

    public Variant withRefinement(Refinement other) {
        return new Variant(model, database, aggregator, options, alignment, other);
    }
}
