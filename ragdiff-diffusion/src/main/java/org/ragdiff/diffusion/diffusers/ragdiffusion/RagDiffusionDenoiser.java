package org.ragdiff.diffusion.diffusers.ragdiffusion;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanCache;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Fingerprints;
import org.ragdiff.diffusion.PoolStack;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.unet.ConditionRows;
import org.ragdiff.diffusion.unet.LandmarkGuider;
import org.ragdiff.diffusion.unet.PreparedPlan;

/**
 * A {@link RagDiffusionModel} as the pipeline's denoiser. All pictures have the same prompt. A dropped ê is zero, as
 * IP-Adapter's, a dropped landmark adds nothing, and without a reference self-attention reads its own tokens alone.
 * ReferenceNet runs once for each reference, and its plan is freed behind it. Thread-safe.
 */
public final class RagDiffusionDenoiser implements Denoiser {
    private final RagDiffusionModel model;
    private final TextCondition text;
    private final ScheduleConfig schedule;
    private final Kernels kernels;
    private final Supplier<String> fingerprint;
    private final PoolStack pools = new PoolStack();
    private final PlanCache<RagDiffusionStep> plans;

    /**
     * @param model closed with this denoiser; its weights must not change any more
     * @param text one encoded prompt, such as {@link TextCondition#zeros}
     * @param schedule the one the UNet was trained with
     * @param kernels not closed
     */
    public RagDiffusionDenoiser(RagDiffusionModel model, TextCondition text, ScheduleConfig schedule, Kernels kernels) {
        UNet2DConfig config = model.unet().config();
        if (text.batch() != 1
                || text.hiddenStates().size(2) != config.crossAttentionDim().get(0)) {
            throw new IllegalArgumentException("the prompt must be one, [1, tokens, "
                    + config.crossAttentionDim().get(0) + "], got "
                    + Arrays.toString(text.hiddenStates().shape()));
        }
        if ((config.textTime() == null) != (text.pooled() == null)) {
            throw new IllegalArgumentException(
                    config.textTime() == null
                            ? "this network has no added conditions: give a prompt without pooled text"
                            : "this network needs pooled text and time ids");
        }
        this.model = model;
        this.text = text;
        this.schedule = schedule;
        this.kernels = kernels;
        this.plans = new PlanCache<>(step -> kernels.compile(step.record(model.unet(), model.conditioning())));
        // Gigabytes of weights are not read again unless somebody asks.
        this.fingerprint = Suppliers.memoize(() -> String.join(
                "-",
                Fingerprints.of(config + "|" + schedule, model.unet().state()),
                Fingerprints.of("", model.referenceNet().state()),
                Fingerprints.of(
                        "" + model.conditioning().config(), model.conditioning().state())));
    }

    @Override
    public PredictionType predictionType() {
        return schedule.predictionType();
    }

    /** The noise schedule of its training. */
    public ScheduleConfig schedule() {
        return schedule;
    }

    public RagDiffusionModel model() {
        return model;
    }

    @Override
    public String fingerprint() {
        return fingerprint.get();
    }

    @Override
    public Prepared prepare(List<DenoiserCondition> conditions, int height, int width) {
        int multiple = model.sideMultiple();
        if (height < 1 || width < 1 || height % multiple != 0 || width % multiple != 0) {
            throw new IllegalArgumentException("latent height " + height + " and width " + width
                    + " must be positive multiples of " + multiple + "; choose another image size");
        }
        int channels = model.unet().config().inChannels();
        ConditionRows rows = ConditionRows.of(conditions, height, width, channels);
        float[] structure = structure(rows);
        float[] landmark = landmark(rows, height, width);
        float[][] references = references(rows, height, width);
        RagDiffusionStep step = new RagDiffusionStep(
                rows.rows(), height, width, text.hiddenStates().size(1));
        PlanCache<RagDiffusionStep>.Lease lease = plans.borrow(step);
        try {
            Plan plan = lease.plan();
            plan.set(RagDiffusionStep.STRUCTURE, structure);
            plan.set(RagDiffusionStep.LANDMARK, landmark);
            for (int i = 0; i < references.length; i++) {
                plan.set(UNet2DConditionModel.referenceOutput(i), references[i]);
            }
            setText(plan, rows.rows().batch());
            return new PreparedPlan(this, lease, rows.rows().batch(), height, width, channels);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private void setText(Plan plan, int rows) {
        plan.set("text", repeated(HostArrays.read(text.hiddenStates()), rows));
        if (text.pooled() != null) {
            plan.set("pooled", repeated(HostArrays.read(text.pooled()), rows));
            float[] ids = UNet2DConditionModel.timeIdCode(model.unet().config(), text.timeIds());
            plan.set("ids", repeated(ids, rows));
        }
    }

    private static float[] repeated(float[] row, int rows) {
        float[] out = new float[Math.multiplyExact(rows, row.length)];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(row, 0, out, i * row.length, row.length);
        }
        return out;
    }

    /** ê of each row; unit rows have elements of 1/√D, and the layers are initialised for elements of about one. */
    private float[] structure(ConditionRows rows) {
        int d = model.conditioning().config().structureDimension();
        int batch = rows.rows().batch();
        if (rows.structure() == null) {
            return new float[batch * d];
        }
        if (rows.structure().length != batch * d) {
            throw new IllegalArgumentException("structure has rows of " + rows.structure().length / batch
                    + " values, this model reads " + d + ": use the encoder that it was trained with");
        }
        float scale = (float) Math.sqrt(d);
        float[] out = rows.structure().clone();
        for (int i = 0; i < out.length; i++) {
            out[i] *= scale;
        }
        return out;
    }

    /** The guider's map, zero in rows without a landmark. */
    private float[] landmark(ConditionRows rows, int height, int width) {
        int batch = rows.rows().batch();
        int channels = model.unet().config().blockOutChannels().get(0);
        int each = Math.multiplyExact(Math.multiplyExact(height, width), channels);
        float[] out = new float[Math.multiplyExact(batch, each)];
        if (rows.landmark() == null) {
            return out;
        }
        float[] features = LandmarkGuider.features(rows.landmark(), batch, rows.landmarkSide(), height, width);
        pools.infer(kernels, tape -> {
            INDArray in = tape.allocate(batch, height, width, features.length / (batch * height * width));
            HostArrays.write(in, features);
            INDArray map = model.conditioning()
                    .landmark()
                    .apply(tape, tape.constant(in))
                    .value();
            for (int i = 0; i < batch; i++) {
                if (rows.landmarkGiven()[i]) {
                    HostArrays.read(map, (long) i * each, out, i * each, each);
                }
            }
            return null;
        });
        return out;
    }

    /** What each self-attention layer of ReferenceNet reads, for all references. */
    private float[][] references(ConditionRows rows, int height, int width) {
        int count = rows.rows().references();
        if (count == 0) {
            return new float[0][];
        }
        UNet2DConditionModel net = model.referenceNet();
        float[][] out = new float[net.crossAttentionLevels().size()][];
        long tokens = text.hiddenStates().size(1);
        try (Plan plan = kernels.compile(net.recordReference(1, height, width, tokens))) {
            setText(plan, 1);
            plan.set(PreparedPlan.TIME_CODE, UNet2DConditionModel.timeCode(net.config(), 0));
            int next = 0;
            for (INDArray latents : rows.references()) {
                float[] all = HostArrays.read(latents);
                int each = all.length / Math.toIntExact(latents.size(0));
                for (int i = 0; i < latents.size(0); i++) {
                    plan.set(PreparedPlan.NOISY, Arrays.copyOfRange(all, i * each, (i + 1) * each));
                    plan.run();
                    collect(plan, next++, count, out);
                }
            }
        }
        return out;
    }

    private static void collect(Plan plan, int reference, int count, float[][] out) {
        for (int layer = 0; layer < out.length; layer++) {
            INDArray read = plan.output(UNet2DConditionModel.referenceOutput(layer));
            int each = Math.toIntExact(read.length());
            if (out[layer] == null) {
                out[layer] = new float[Math.multiplyExact(count, each)];
            }
            HostArrays.read(read, 0, out[layer], reference * each, each);
        }
    }

    @Override
    public void predict(INDArray noisy, double timestep, Prepared prepared, INDArray out) {
        UNet2DConfig config = model.unet().config();
        PreparedPlan.predict(
                this, schedule, t -> UNet2DConditionModel.timeCode(config, t), noisy, timestep, prepared, out);
    }

    @Override
    public void close() {
        plans.close();
        pools.close();
        model.close();
    }
}
