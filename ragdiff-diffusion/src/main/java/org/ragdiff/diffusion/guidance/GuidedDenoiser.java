package org.ragdiff.diffusion.guidance;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.diffusion.sampler.NoisePredictor;
import org.ragdiff.diffusion.sampler.TrainedProcess;

/**
 * A denoiser under its conditions and guidance, for one run: all branches of a step are one batch. Not
 * thread-safe; the denoiser may be shared.
 */
public final class GuidedDenoiser implements NoisePredictor, AutoCloseable {
    private final TrainedProcess process;
    private final Guidance guidance;
    private final GuidancePlan plan;
    private final ProjectedGuidance projected;
    private final Set<Stream> available;
    private final int samples;
    private final BranchBatch guided;
    private final Function<List<Set<Stream>>, BranchBatch> batches;
    private BranchBatch unguided;

    /** Without negative conditions. */
    public GuidedDenoiser(
            Denoiser denoiser,
            TrainedProcess process,
            DenoiserCondition condition,
            Guidance guidance,
            int height,
            int width,
            int channels) {
        this(
                denoiser,
                process,
                condition,
                DenoiserCondition.none(condition.batch()),
                guidance,
                height,
                width,
                channels);
    }

    /**
     * @param process what the denoiser was trained with
     * @param condition of all streams that are to be used
     * @param negative what guidance leads away from: seen by the branches that leave a stream out; streams that the
     *     condition lacks must be lacking here too
     * @param channels of the latents
     */
    public GuidedDenoiser(
            Denoiser denoiser,
            TrainedProcess process,
            DenoiserCondition condition,
            DenoiserCondition negative,
            Guidance guidance,
            int height,
            int width,
            int channels) {
        this.process = process;
        this.guidance = guidance;
        samples = condition.batch();
        available = available(condition);
        if (negative.batch() != samples || !available.containsAll(available(negative))) {
            throw new IllegalArgumentException("negative conditions " + available(negative) + " of a batch of "
                    + negative.batch() + " for conditions " + available + " of a batch of " + samples
                    + "; expected the same batch and no further streams");
        }
        plan = GuidancePlan.of(guidance.scales(), available);
        projected = guidance.projection().equals(GuidanceProjection.NONE)
                ? null
                : new ProjectedGuidance(
                        guidance.scales(),
                        guidance.projection(),
                        available,
                        samples,
                        Math.multiplyExact(samples, Math.multiplyExact(height * width, channels)));
        batches = streams -> new BranchBatch(denoiser, streams, condition, negative, height, width, channels);
        guided = batches.apply(
                projected != null
                        ? projected.branches()
                        : plan.branches().stream()
                                .map(GuidancePlan.Branch::streams)
                                .toList());
    }

    private static Set<Stream> available(DenoiserCondition c) {
        Set<Stream> s = EnumSet.noneOf(Stream.class);
        if (c.reference() != null) {
            s.add(Stream.REFERENCE);
        }
        if (c.structure() != null) {
            s.add(Stream.STRUCTURE);
        }
        if (c.landmark() != null) {
            s.add(Stream.LANDMARK);
        }
        return s;
    }

    @Override
    public void predict(float[] x, double timestep, float[] out) {
        if (!guidance.interval().contains(timestep, process.config().numTrainTimesteps())) {
            if (unguided == null) {
                unguided = batches.apply(List.of(available));
            }
            System.arraycopy(unguided.predict(x, timestep), 0, out, 0, out.length);
            return;
        }
        float[] predictions = guided.predict(x, timestep);
        if (projected != null) {
            projected.combine(predictions, x, process.cleanAt(timestep), out);
        } else {
            plan.combine(predictions, samples, out);
        }
    }

    @Override
    public void close() {
        guided.close();
        if (unguided != null) {
            unguided.close();
        }
    }
}
