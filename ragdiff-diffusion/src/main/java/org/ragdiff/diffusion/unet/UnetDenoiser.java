package org.ragdiff.diffusion.unet;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.PlanCache;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Fingerprints;
import org.ragdiff.diffusion.PoolStack;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** A trained {@link DenoisingUnet} as the pipeline's denoiser. Thread-safe. */
public final class UnetDenoiser implements Denoiser {
    /** The output's name in {@link #recordStep}. */
    public static final String PREDICTION = PreparedPlan.PREDICTION;

    private final DenoisingUnet unet;
    private final ScheduleConfig schedule;
    private final Kernels kernels;
    private final String fingerprint;
    private final PoolStack pools = new PoolStack();
    private final PlanCache<UnetStep> plans;

    /**
     * @param unet closed with this denoiser; its weights must not change any more
     * @param schedule the one it was trained with
     * @param kernels not closed
     */
    public UnetDenoiser(DenoisingUnet unet, ScheduleConfig schedule, Kernels kernels) {
        this.unet = unet;
        this.schedule = schedule;
        this.kernels = kernels;
        this.plans = new PlanCache<>(step -> kernels.compile(step.record(unet)));
        this.fingerprint = Fingerprints.of(unet.config() + "|" + schedule, unet.state());
    }

    @Override
    public PredictionType predictionType() {
        return schedule.predictionType();
    }

    /** The noise schedule of its training. */
    public ScheduleConfig schedule() {
        return schedule;
    }

    public UnetConfig config() {
        return unet.config();
    }

    @Override
    public boolean readsVisibility() {
        return unet.config().referenceVisibility();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    /**
     * What one step of a guided generation computes, as it is compiled: inputs {@code noisy} [N, h, w, C] and
     * {@code timeCode}, conditions projected beforehand, output {@code prediction}. Its constants are this
     * denoiser's weights, which have to stay open.
     *
     * @param reference for each row the index of the reference that it reads, or -1 for none
     * @throws IllegalArgumentException for sides that are no multiples of {@link UnetConfig#sideMultiple}
     */
    public Graph recordStep(int height, int width, int... reference) {
        requireSides(height, width);
        return new UnetStep(ReferenceRows.of(reference), height, width, true).record(unet);
    }

    @Override
    public Prepared prepare(List<DenoiserCondition> conditions, int height, int width) {
        requireSides(height, width);
        return pools.infer(kernels, tape -> {
            UnetCondition condition = unet.condition(tape, inputs(tape, conditions, height, width));
            UnetStep step = new UnetStep(condition.rows(), height, width, condition.guidance() != null);
            PlanCache<UnetStep>.Lease lease = plans.borrow(step);
            try {
                step.set(lease.plan(), unet, condition);
            } catch (RuntimeException e) {
                lease.close();
                throw e;
            }
            return new PreparedPlan(
                    this,
                    lease,
                    condition.rows().batch(),
                    height,
                    width,
                    unet.config().latentChannels());
        });
    }

    private void requireSides(int height, int width) {
        int multiple = unet.config().sideMultiple();
        if (height < 1 || width < 1 || height % multiple != 0 || width % multiple != 0) {
            throw new IllegalArgumentException("latent height " + height + " and width " + width
                    + " must be positive multiples of " + multiple + "; choose another image size");
        }
    }

    private UnetInputs inputs(Tape tape, List<DenoiserCondition> conditions, int height, int width) {
        ConditionRows c =
                ConditionRows.of(conditions, height, width, unet.config().referenceLatentChannels());
        Var reference = null;
        for (INDArray r : c.references()) {
            Var added = tape.constant(r);
            reference = reference == null ? added : Shapes.concatRows(tape, reference, added);
        }
        return new UnetInputs(
                height,
                width,
                c.structure(),
                c.structureGiven(),
                c.landmark(),
                c.landmarkSide(),
                c.landmarkGiven(),
                reference,
                c.rows());
    }

    @Override
    public void predict(INDArray noisy, double timestep, Prepared prepared, INDArray out) {
        PreparedPlan.predict(this, schedule, unet::timeCode, noisy, timestep, prepared, out);
    }

    @Override
    public void close() {
        plans.close();
        pools.close();
        unet.close();
    }
}
