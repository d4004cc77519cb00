package org.ragdiff.diffusion.diffusers.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.PipelineFolder;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLCodec;
import org.ragdiff.diffusion.diffusers.vae.Tiling;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Sampler;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/**
 * Latent diffusion (Rombach et al. 2022) by a diffusers pipeline's UNet, VAE and scheduler, from prompts that a
 * text encoder has encoded elsewhere. Thread-safe; each call has memory of its own.
 */
public final class LatentDiffusion implements AutoCloseable {
    private final UNet2DConditionModel unet;
    private final AutoencoderKLCodec codec;
    private final Sampler sampler;
    private final Kernels kernels;
    private final double guidanceRescale;

    /**
     * @param unet closed with this pipeline, as is the VAE
     * @param sampler made for the UNet's training
     * @param kernels not closed
     */
    public LatentDiffusion(UNet2DConditionModel unet, AutoencoderKL vae, Sampler sampler, Kernels kernels) {
        this(unet, new AutoencoderKLCodec(vae, Tiling.NONE, kernels), sampler, kernels, 0);
    }

    private LatentDiffusion(
            UNet2DConditionModel unet,
            AutoencoderKLCodec codec,
            Sampler sampler,
            Kernels kernels,
            double guidanceRescale) {
        if (unet.config().outChannels() != codec.channels()) {
            throw new IllegalArgumentException("the UNet predicts "
                    + unet.config().outChannels() + " channels, the VAE's latents have " + codec.channels());
        }
        this.unet = unet;
        this.codec = codec;
        this.sampler = sampler;
        this.kernels = kernels;
        this.guidanceRescale = guidanceRescale;
    }

    /**
     * Reads {@code unet}, {@code vae} and {@code scheduler} of a folder with a {@code model_index.json}.
     *
     * @throws CheckpointException if a component is missing, malformed or needs what is not implemented
     */
    public static LatentDiffusion load(Path folder, Kernels kernels) throws IOException {
        PipelineFolder pipeline = PipelineFolder.open(folder);
        Path scheduler = pipeline.component("scheduler").resolve("scheduler_config.json");
        Sampler sampler;
        try {
            sampler = SchedulerConfig.read(scheduler).sampler();
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
        AutoencoderKL vae = AutoencoderKL.load(pipeline.component("vae", "AutoencoderKL"));
        try {
            UNet2DConditionModel unet = UNet2DConditionModel.load(pipeline.component("unet", "UNet2DConditionModel"));
            return new LatentDiffusion(unet, vae, sampler, kernels);
        } catch (IOException | RuntimeException e) {
            vae.close();
            throw e;
        }
    }

    public UNet2DConditionModel unet() {
        return unet;
    }

    public AutoencoderKL vae() {
        return codec.vae();
    }

    /** The VAE with this pipeline's tiling. */
    public AutoencoderKLCodec codec() {
        return codec;
    }

    /** The same networks with large images worked on in tiles; closing either closes both. */
    public LatentDiffusion withTiling(Tiling tiling) {
        return new LatentDiffusion(unet, codec.withTiling(tiling), sampler, kernels, guidanceRescale);
    }

    /** The same networks with another sampler; closing either closes both. */
    public LatentDiffusion withSampler(Sampler other) {
        return new LatentDiffusion(unet, codec, other, kernels, guidanceRescale);
    }

    /**
     * The same networks with guidance of which a share is rescaled; closing either closes both.
     *
     * @param share see {@link GuidedUNet#rescaled}
     */
    public LatentDiffusion withGuidanceRescale(double share) {
        return new LatentDiffusion(unet, codec, sampler, kernels, share);
    }

    /**
     * Samples latents.
     *
     * @param negative null for no guidance
     * @param height of the latents; images are {@link org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig#factor}
     *     times as high
     * @param noise for the start and for stochastic steps, channels last, such as {@link
     *     NoiseSource#perImage}
     * @return scaled latents, row-major [B, height, width, C]
     */
    public float[] sample(
            TextCondition positive,
            TextCondition negative,
            double guidanceScale,
            int height,
            int width,
            Steps steps,
            NoiseSource noise,
            StepListener listener) {
        int each = Math.multiplyExact(Math.multiplyExact(height, width), codec.channels());
        Start start = Start.fromNoise(noise.next(Math.multiplyExact(positive.batch(), each)));
        return sample(positive, negative, guidanceScale, height, width, start, steps, noise, listener);
    }

    /**
     * As {@link #sample(TextCondition, TextCondition, double, int, int, Steps, NoiseSource, StepListener)}, from a start
     * of one's own: image-to-image begins with {@link Start#fromImage} of {@link #encode encoded} pictures.
     *
     * @param start [B, height, width, C]
     */
    public float[] sample(
            TextCondition positive,
            TextCondition negative,
            double guidanceScale,
            int height,
            int width,
            Start start,
            Steps steps,
            NoiseSource noise,
            StepListener listener) {
        try (GuidedUNet model = new GuidedUNet(unet, positive, negative, guidanceScale, height, width, kernels)
                .rescaled(guidanceRescale)) {
            return sampler.sample(model, start, positive.batch(), steps, noise, listener);
        }
    }

    /**
     * Scaled latents of images, the posterior's means.
     *
     * @param images row-major [B, height, width, 3] in [-1, 1]; not modified
     * @return row-major [B, height / f, width / f, C]
     */
    public float[] encode(float[] images, int height, int width) {
        return codec.encode(images, height, width);
    }

    /**
     * Decodes scaled latents one by one.
     *
     * @param latents row-major [B, height, width, C]; not modified
     * @return images in about [-1, 1], row-major [B, H, W, channels], not clipped
     */
    public float[] decode(float[] latents, int height, int width) {
        return codec.decode(latents, height, width);
    }

    /**
     * Pictures of decoded images: x / 2 + ½, clipped, in 255 steps, halves to even.
     *
     * @param decoded of {@link #decode}, three channels
     */
    public static List<RgbImage> pictures(float[] decoded, int height, int width) {
        int each = Math.multiplyExact(Math.multiplyExact(height, width), 3);
        if (each == 0 || decoded.length % each != 0) {
            throw new IllegalArgumentException(
                    decoded.length + " values are no RGB images of " + height + " x " + width + " pixels");
        }
        List<RgbImage> out = new ArrayList<>();
        for (int from = 0; from < decoded.length; from += each) {
            byte[] rgb = new byte[each];
            for (int i = 0; i < each; i++) {
                float unit = Math.max(0, Math.min(1, decoded[from + i] / 2 + 0.5f));
                rgb[i] = (byte) (int) Math.rint(unit * 255f);
            }
            out.add(RgbImage.wrap(width, height, rgb));
        }
        return out;
    }

    @Override
    public void close() {
        unet.close();
        codec.close();
    }
}
