package org.ragdiff.diffusion.guidance;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.sampler.NoisePredictor;

/**
 * A denoiser under its conditions and guidance, for one run: all branches of a step are one batch. Not
 * thread-safe; the denoiser may be shared.
 */
public final class GuidedDenoiser implements NoisePredictor, AutoCloseable {
    private final Denoiser denoiser;
    private final Denoiser.Prepared prepared;
    private final GuidancePlan plan;
    private final int samples;
    private final INDArray noisy;
    private final INDArray predicted;
    private final float[] branches;

    /**
     * @param condition of all streams that are to be used
     * @param channels of the latents
     */
    public GuidedDenoiser(
            Denoiser denoiser,
            DenoiserCondition condition,
            GuidanceScales scales,
            int height,
            int width,
            int channels) {
        this.denoiser = denoiser;
        this.samples = condition.batch();
        this.plan = GuidancePlan.of(scales, available(condition));
        List<DenoiserCondition> conditions = new ArrayList<>();
        for (GuidancePlan.Branch branch : plan.branches()) {
            conditions.add(new DenoiserCondition(
                    samples,
                    branch.streams().contains(Stream.STRUCTURE) ? condition.structure() : null,
                    branch.streams().contains(Stream.LANDMARK) ? condition.landmark() : null,
                    branch.streams().contains(Stream.REFERENCE) ? condition.reference() : null));
        }
        prepared = denoiser.prepare(conditions, height, width);
        long rows = (long) samples * plan.branches().size();
        noisy = Nd4j.createUninitializedDetached(DataType.FLOAT, rows, height, width, channels);
        predicted = Nd4j.createUninitializedDetached(DataType.FLOAT, rows, height, width, channels);
        branches = new float[Math.toIntExact(predicted.length())];
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
        for (int b = 0; b < plan.branches().size(); b++) {
            HostArrays.write(noisy, (long) b * x.length, x, 0, x.length);
        }
        denoiser.predict(noisy, timestep, prepared, predicted);
        HostArrays.read(predicted, 0, branches, 0, branches.length);
        plan.combine(branches, samples, out);
    }

    @Override
    public void close() {
        prepared.close();
        noisy.close();
        predicted.close();
    }
}
