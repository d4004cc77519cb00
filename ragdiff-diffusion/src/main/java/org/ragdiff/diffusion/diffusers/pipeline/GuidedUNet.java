package org.ragdiff.diffusion.diffusers.pipeline;

import java.util.Arrays;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNetInputs;
import org.ragdiff.diffusion.sampler.NoisePredictor;
import org.ragdiff.diffusion.unet.PreparedPlan;

/**
 * A UNet under prompts, with classifier-free guidance (Ho and Salimans 2022): negative and positive prompts
 * are one batch, u + s · (c − u). Compiled for one size; text is projected once. Not thread-safe.
 */
public final class GuidedUNet implements NoisePredictor, AutoCloseable {
    private final UNet2DConfig config;
    private final Plan plan;
    private final float scale;
    private final int rows;
    private final int samples;
    private final float[] input;
    private final float[] output;
    private double rescale;

    /**
     * @param unet its weights must not change meanwhile
     * @param negative what guidance leads away from, with as many prompts and tokens; null for no guidance
     * @param scale guidance scale s
     * @param height of the latents
     * @param kernels not closed
     */
    public GuidedUNet(
            UNet2DConditionModel unet,
            TextCondition positive,
            TextCondition negative,
            double scale,
            int height,
            int width,
            Kernels kernels) {
        this.config = unet.config();
        this.scale = (float) scale;
        this.samples = positive.batch();
        this.rows = negative == null ? samples : 2 * samples;
        if (config.inChannels() != config.outChannels()) {
            throw new IllegalArgumentException("a network with " + config.inChannels() + " channels in and "
                    + config.outChannels() + " out reads more than latents; inpainting and editing are not supported");
        }
        if (negative != null
                && (!Arrays.equals(
                                negative.hiddenStates().shape(),
                                positive.hiddenStates().shape())
                        || (negative.pooled() == null) != (positive.pooled() == null))) {
            throw new IllegalArgumentException("negative prompts must have the shape of the positive ones, "
                    + Arrays.toString(positive.hiddenStates().shape()) + ", got "
                    + Arrays.toString(negative.hiddenStates().shape()));
        }
        this.input = new float[Math.multiplyExact(rows, Math.multiplyExact(height * width, config.inChannels()))];
        this.output = new float[input.length];
        this.plan = compile(unet, positive, height, width, kernels);
        set("text", positive.hiddenStates(), negative == null ? null : negative.hiddenStates());
        if (positive.pooled() != null) {
            set("pooled", positive.pooled(), negative == null ? null : negative.pooled());
            float[] ids = UNet2DConditionModel.timeIdCode(config, positive.timeIds());
            float[] others = negative == null ? null : UNet2DConditionModel.timeIdCode(config, negative.timeIds());
            plan.set("ids", both(others, ids));
        }
    }

    /**
     * Takes back a share φ of the contrast that guidance adds (Lin et al. 2024): the guided prediction gets the
     * standard deviation of the positive one, sample by sample.
     *
     * @param share in [0, 1]; 0, the default, for none
     */
    public GuidedUNet rescaled(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of guidance to rescale is in [0, 1], got " + share);
        }
        rescale = share;
        return this;
    }

    private Plan compile(UNet2DConditionModel unet, TextCondition text, int height, int width, Kernels kernels) {
        try (GraphBuilder b = new GraphBuilder()) {
            UNetInputs in =
                    unet.record(b, rows, height, width, text.hiddenStates().size(1));
            b.output(PreparedPlan.PREDICTION, unet.apply(b.tape(), in));
            return kernels.compile(b.build());
        }
    }

    private void set(
            String name, org.nd4j.linalg.api.ndarray.INDArray positive, org.nd4j.linalg.api.ndarray.INDArray negative) {
        plan.set(name, both(negative == null ? null : HostArrays.read(negative), HostArrays.read(positive)));
    }

    private static float[] both(float[] first, float[] second) {
        if (first == null) {
            return second;
        }
        float[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @Override
    public void predict(float[] x, double timestep, float[] out) {
        for (int from = 0; from < input.length; from += x.length) {
            System.arraycopy(x, 0, input, from, x.length);
        }
        double[] steps = new double[rows];
        Arrays.fill(steps, timestep);
        plan.set(PreparedPlan.NOISY, input);
        plan.set(PreparedPlan.TIME_CODE, UNet2DConditionModel.timeCode(config, steps));
        plan.run();
        HostArrays.read(plan.output(PreparedPlan.PREDICTION), 0, output, 0, output.length);
        if (rows == samples) {
            System.arraycopy(output, 0, out, 0, out.length);
            return;
        }
        for (int i = 0; i < out.length; i++) {
            float u = output[i];
            out[i] = u + scale * (output[out.length + i] - u);
        }
        int each = out.length / samples;
        for (int i = 0; rescale > 0 && i < samples; i++) {
            double text = deviation(output, out.length + i * each, each);
            double guided = deviation(out, i * each, each);
            float factor = (float) (guided == 0 ? 1 : rescale * text / guided + 1 - rescale);
            for (int k = i * each; k < (i + 1) * each; k++) {
                out[k] *= factor;
            }
        }
    }

    private static double deviation(float[] v, int from, int count) {
        double sum = 0;
        double squares = 0;
        for (int i = from; i < from + count; i++) {
            sum += v[i];
            squares += (double) v[i] * v[i];
        }
        return Math.sqrt(Math.max(0, squares - sum * sum / count) / Math.max(1, count - 1));
    }

    @Override
    public void close() {
        plan.close();
    }
}
