package org.ragdiff.diffusion.diffusers.ragdiffusion;

import java.io.IOException;
import java.nio.file.Path;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.PipelineFolder;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLCodec;
import org.ragdiff.diffusion.guidance.Guidance;
import org.ragdiff.diffusion.guidance.GuidedDenoiser;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Sampler;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.TrainedProcess;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/**
 * A RAGDiffusion folder, loaded: denoiser, VAE and scheduler, to be sampled under ê, landmark and reference. Retrieval
 * is not part of it: {@link org.ragdiff.diffusion.pipeline.PipelineParts} takes {@link #denoiser} and {@link #codec} as
 * it takes others. Thread-safe.
 */
public final class RagDiffusionPipeline implements AutoCloseable {
    private final RagDiffusionDenoiser denoiser;
    private final AutoencoderKLCodec codec;
    private final Sampler sampler;
    private final TrainedProcess process;

    /**
     * @param denoiser closed with this pipeline, as is the codec
     * @param sampler for {@link #sample}
     */
    public RagDiffusionPipeline(RagDiffusionDenoiser denoiser, AutoencoderKLCodec codec, Sampler sampler) {
        int channels = denoiser.model().unet().config().outChannels();
        if (channels != codec.channels()) {
            throw new IllegalArgumentException(
                    "the UNet predicts " + channels + " channels, the VAE's latents have " + codec.channels());
        }
        this.denoiser = denoiser;
        this.codec = codec;
        this.sampler = sampler;
        this.process = TrainedProcess.of(denoiser.schedule());
    }

    /**
     * Reads a folder, if what it takes is within a budget.
     *
     * @param text one encoded prompt for all pictures, or null for zeros
     * @param size of what will be sampled
     * @param budget bytes off the heap
     * @param kernels not closed
     * @throws IllegalArgumentException before any weight is read, listing what takes how much, if it is over the budget
     * @throws CheckpointException if a component is missing, malformed or needs what is not implemented
     */
    public static RagDiffusionPipeline load(
            Path folder, TextCondition text, SamplingSize size, long budget, Kernels kernels) throws IOException {
        PipelineFolder files = PipelineFolder.open(folder);
        if (!files.className().equals(RagDiffusionFolder.CLASS)) {
            throw new CheckpointException(folder + " holds a " + files.className() + ", expected a "
                    + RagDiffusionFolder.CLASS + ": make one with RagDiffusionFolder.create or"
                    + " `ragdiff checkpoint ragdiffusion`");
        }
        RagDiffusionFolder.estimate(folder, RagDiffusionConfig.defaults(), size).requireWithin(budget);
        SchedulerConfig scheduler = RagDiffusionFolder.scheduler(files.component("scheduler"));
        AutoencoderKL vae = AutoencoderKL.load(files.component("vae", "AutoencoderKL"));
        try {
            RagDiffusionModel model = RagDiffusionModel.load(folder);
            try {
                int pixels = size.height() * vae.config().factor();
                TextCondition prompt =
                        text == null ? TextCondition.zeros(model.unet().config(), pixels) : text;
                return new RagDiffusionPipeline(
                        new RagDiffusionDenoiser(model, prompt, scheduler.training(), kernels),
                        new AutoencoderKLCodec(vae, size.tiling(), kernels),
                        scheduler.sampler());
            } catch (RuntimeException e) {
                model.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            vae.close();
            throw e;
        }
    }

    /** Predicts under the three streams; closed with this pipeline. */
    public RagDiffusionDenoiser denoiser() {
        return denoiser;
    }

    /** Between images and latents; closed with this pipeline. */
    public AutoencoderKLCodec codec() {
        return codec;
    }

    /** What the UNet was trained with. */
    public ScheduleConfig schedule() {
        return denoiser.schedule();
    }

    /** The same networks with another sampler; closing either closes both. */
    public RagDiffusionPipeline withSampler(Sampler other) {
        return new RagDiffusionPipeline(denoiser, codec, other);
    }

    /**
     * Samples latents.
     *
     * @param condition of a batch; references are latents of {@link #codec}
     * @param negative what guidance leads away from, see {@link GuidedDenoiser}; {@link DenoiserCondition#none} for
     *     nothing in particular
     * @param height of the latents
     * @param start noise, or an image with noise, [B, height, width, C]
     * @param noise for stochastic samplers, such as {@link NoiseSource#perImage}
     * @return scaled latents, row-major [B, height, width, C]
     */
    public float[] sample(
            DenoiserCondition condition,
            DenoiserCondition negative,
            Guidance guidance,
            int height,
            int width,
            Start start,
            Steps steps,
            NoiseSource noise,
            StepListener listener) {
        try (GuidedDenoiser guided =
                new GuidedDenoiser(denoiser, process, condition, negative, guidance, height, width, codec.channels())) {
            return sampler.sample(guided, start, condition.batch(), steps, noise, listener);
        }
    }

    @Override
    public void close() {
        denoiser.close();
        codec.close();
    }
}
