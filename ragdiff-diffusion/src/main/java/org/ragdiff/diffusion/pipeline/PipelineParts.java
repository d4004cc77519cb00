package org.ragdiff.diffusion.pipeline;

import java.util.Objects;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.LandmarkRefiner;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/**
 * What a {@link FlatLayPipeline} is wired from; all are the caller's to close. Each can be exchanged by
 * {@code withX}: that is how ablations are run.
 *
 * @param extractor reads attributes off photos
 * @param encoder embeds photos
 * @param database holds standard structures, embedded by the same encoder
 * @param aggregator fuses neighbours
 * @param codec between images and latents
 * @param denoiser trained on the codec's latents
 * @param schedule the denoiser was trained with
 * @param side of photos and results in pixels
 * @param aligner brings the photo's garment into the standard frame before its pattern is read
 * @param refiner corrects the landmark by the aligned photo
 */
public record PipelineParts(
        AttributeExtractor extractor,
        StructureEncoder encoder,
        StructureDatabase database,
        StructureAggregator aggregator,
        LatentCodec codec,
        Denoiser denoiser,
        ScheduleConfig schedule,
        int side,
        PhotoAligner aligner,
        LandmarkRefiner refiner) {
    public PipelineParts {
        Objects.requireNonNull(extractor, "extractor");
        Objects.requireNonNull(encoder, "encoder");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(aggregator, "aggregator");
        Objects.requireNonNull(codec, "codec");
        Objects.requireNonNull(denoiser, "denoiser");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(aligner, "aligner");
        Objects.requireNonNull(refiner, "refiner");
        if (side < 1 || side > 4096 || side % codec.factor() != 0) {
            throw new IllegalArgumentException(
                    "side must be a multiple of " + codec.factor() + " in [1, 4096], got " + side);
        }
        if (schedule.predictionType() != denoiser.predictionType()) {
            throw new IllegalArgumentException("the denoiser predicts " + denoiser.predictionType()
                    + ", the schedule says " + schedule.predictionType());
        }
        if (!database.encoderFingerprint().equals(encoder.fingerprint())) {
            throw new IllegalArgumentException("the database was made by encoder " + database.encoderFingerprint()
                    + ", the encoder here is " + encoder.fingerprint() + "; build the database again");
        }
    }

    public PipelineParts withDatabase(StructureDatabase other) {
        return new PipelineParts(
                extractor, encoder, other, aggregator, codec, denoiser, schedule, side, aligner, refiner);
    }

    public PipelineParts withAggregator(StructureAggregator other) {
        return new PipelineParts(
                extractor, encoder, database, other, codec, denoiser, schedule, side, aligner, refiner);
    }

    public PipelineParts withExtractor(AttributeExtractor other) {
        return new PipelineParts(
                other, encoder, database, aggregator, codec, denoiser, schedule, side, aligner, refiner);
    }

    /** Another codec with a denoiser of its latents, such as Stable Diffusion's. */
    public PipelineParts withBackbone(
            LatentCodec otherCodec, Denoiser otherDenoiser, ScheduleConfig otherSchedule, int otherSide) {
        return new PipelineParts(
                extractor,
                encoder,
                database,
                aggregator,
                otherCodec,
                otherDenoiser,
                otherSchedule,
                otherSide,
                aligner,
                refiner);
    }

    public PipelineParts withDenoiser(Denoiser other, ScheduleConfig otherSchedule) {
        return new PipelineParts(
                extractor, encoder, database, aggregator, codec, other, otherSchedule, side, aligner, refiner);
    }

    public PipelineParts withAligner(PhotoAligner other) {
        return new PipelineParts(
                extractor, encoder, database, aggregator, codec, denoiser, schedule, side, other, refiner);
    }

    public PipelineParts withRefiner(LandmarkRefiner other) {
        return new PipelineParts(
                extractor, encoder, database, aggregator, codec, denoiser, schedule, side, aligner, other);
    }
}
