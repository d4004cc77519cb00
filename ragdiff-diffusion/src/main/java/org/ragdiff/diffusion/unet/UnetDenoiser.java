package org.ragdiff.diffusion.unet;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanCache;
import org.ragdiff.core.tensor.HostArrays;
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
    public static final String PREDICTION = UnetStep.PREDICTION;

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
            return new PreparedUnet(lease, condition.rows().batch(), height, width);
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
        int batch = conditions.stream().mapToInt(DenoiserCondition::batch).sum();
        if (batch < 1) {
            throw new IllegalArgumentException("there is no condition to prepare");
        }
        boolean[] structureGiven = new boolean[batch];
        boolean[] landmarkGiven = new boolean[batch];
        int[] references = new int[batch];
        Arrays.fill(references, -1);
        float[] structure = null;
        float[] landmark = null;
        int side = 0;
        Map<INDArray, Integer> firstReference = new IdentityHashMap<>();
        Var reference = null;
        int at = 0;
        int distinct = 0;
        for (DenoiserCondition c : conditions) {
            if (c.structure() != null) {
                structure = place(structure, HostArrays.read(c.structure()), at, c.batch(), batch);
                Arrays.fill(structureGiven, at, at + c.batch(), true);
            }
            if (c.landmark() != null) {
                int s = Math.toIntExact(c.landmark().size(1));
                if (side != 0 && side != s
                        || c.landmark().size(2) != s
                        || c.landmark().size(3) != 1) {
                    throw new IllegalArgumentException("landmarks must all be [B, S, S, 1] of one side S, got shape "
                            + Arrays.toString(c.landmark().shape()) + (side == 0 ? "" : " after side " + side));
                }
                side = s;
                landmark = place(landmark, HostArrays.read(c.landmark()), at, c.batch(), batch);
                Arrays.fill(landmarkGiven, at, at + c.batch(), true);
            }
            if (c.reference() != null) {
                requireReference(c.reference(), height, width);
                Integer first = firstReference.get(c.reference());
                if (first == null) {
                    first = distinct;
                    firstReference.put(c.reference(), first);
                    distinct += c.batch();
                    Var added = tape.constant(c.reference());
                    reference = reference == null ? added : Shapes.concatRows(tape, reference, added);
                }
                for (int i = 0; i < c.batch(); i++) {
                    references[at + i] = first + i;
                }
            }
            at += c.batch();
        }
        return new UnetInputs(
                height,
                width,
                structure,
                structureGiven,
                landmark,
                side,
                landmarkGiven,
                reference,
                ReferenceRows.of(references));
    }

    private void requireReference(INDArray r, int height, int width) {
        if (r.size(3) != unet.config().latentChannels() || r.size(1) != height || r.size(2) != width) {
            throw new IllegalArgumentException("reference latents must be [B, " + height + ", " + width + ", "
                    + unet.config().latentChannels() + "], as large as what is generated, got shape "
                    + Arrays.toString(r.shape()));
        }
    }

    private static float[] place(float[] all, float[] rows, int at, int count, int batch) {
        int each = rows.length / count;
        float[] target = all == null ? new float[batch * each] : all;
        if (target.length != batch * each) {
            throw new IllegalArgumentException(
                    "conditions of one batch have rows of " + each + " and of " + target.length / batch + " values");
        }
        System.arraycopy(rows, 0, target, at * each, rows.length);
        return target;
    }

    @Override
    public void predict(INDArray noisy, double timestep, Prepared prepared, INDArray out) {
        if (!(prepared instanceof PreparedUnet p) || p.owner() != this) {
            throw new IllegalArgumentException("the conditions were not prepared by this denoiser");
        }
        long[] expected = {p.batch, p.height, p.width, unet.config().latentChannels()};
        if (!Arrays.equals(noisy.shape(), expected) || !Arrays.equals(out.shape(), expected)) {
            throw new IllegalArgumentException("noisy and out must have shape " + Arrays.toString(expected) + ", got "
                    + Arrays.toString(noisy.shape()) + " and " + Arrays.toString(out.shape()));
        }
        if (!(timestep >= 0 && timestep <= schedule.numTrainTimesteps())) {
            throw new IllegalArgumentException(
                    "timestep must be in [0, " + schedule.numTrainTimesteps() + "], got " + timestep);
        }
        double[] timesteps = new double[p.batch];
        Arrays.fill(timesteps, timestep);
        Plan plan = p.lease.plan();
        plan.set(UnetStep.NOISY, noisy);
        plan.set(UnetStep.TIME_CODE, unet.timeCode(timesteps));
        plan.run();
        HostArrays.copy(plan.output(UnetStep.PREDICTION), 0, out, 0, out.length());
    }

    @Override
    public void close() {
        plans.close();
        pools.close();
        unet.close();
    }

    /** Conditions inside a plan of their own. */
    private final class PreparedUnet implements Prepared {
        private final PlanCache<UnetStep>.Lease lease;
        private final int batch;
        private final int height;
        private final int width;

        PreparedUnet(PlanCache<UnetStep>.Lease lease, int batch, int height, int width) {
            this.lease = lease;
            this.batch = batch;
            this.height = height;
            this.width = width;
        }

        UnetDenoiser owner() {
            return UnetDenoiser.this;
        }

        @Override
        public void close() {
            lease.close();
        }
    }
}
