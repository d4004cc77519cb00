package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.generate.RunOptions;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.PipelineFolder;
import org.ragdiff.diffusion.diffusers.pipeline.LatentDiffusion;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.StoppedEstimate;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ragdiff checkpoint sample}. */
@Command(
        name = "sample",
        description = "Samples a picture by a pipeline's UNet, VAE and scheduler. Prompts are encoded elsewhere.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff checkpoint sample out/sd15/ --out out/sd15.png --size 256 --steps 4 --sampler euler",
            "  ragdiff checkpoint sample sd15/ --out shirt.png --text shirt.safetensors --guidance 7.5",
            "  ragdiff checkpoint sample sd15/ --out shirt.png --image-to-image draft.png --strength 0.4 --seeds 1,2"
        })
final class CheckpointSampleCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Folder with a model_index.json.")
    private Path folder;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "PNG to write.")
    private Path out;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description = {
                "Encoded prompt as safetensors: prompt_embeds, with --guidance negative_prompt_embeds,",
                "for SDXL the pooled ones too; the names are those of diffusers' arguments (default: zeros)."
            })
    private Path text;

    @Option(
            names = "--guidance",
            paramLabel = "SCALE",
            defaultValue = "1",
            description = "Scale of classifier-free guidance; 1 for none (default: ${DEFAULT-VALUE}).")
    private double guidance;

    @Mixin
    private PictureSizeOptions picture;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "20",
            description = "Steps of the sampler (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description = "A sampler by name, such as dpmpp2m-karras, in place of the folder's scheduler.")
    private String sampler;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of the noise (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--guidance-rescale",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Share of the contrast that guidance adds to take back, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double rescale;

    @Mixin
    private RunOptions runs;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        new PictureFiles(out, runs.seeds()).requireWritable();
        PrintWriter terminal = spec.commandLine().getOut();
        try (Kernels kernels = KernelProviders.defaultKernels()) {
            long start = System.nanoTime();
            try (LatentDiffusion pipeline = withSampler(LatentDiffusion.load(folder, kernels))) {
                long parameters = pipeline.unet().size() + pipeline.vae().size();
                terminal.printf(Locale.ROOT, "loaded  %,d parameters in %.2f s%n", parameters, seconds(start));
                start = System.nanoTime();
                List<RgbImage> images = sample(pipeline);
                terminal.printf(Locale.ROOT, "sampled %d steps and decoded in %.2f s%n", steps, seconds(start));
                new PictureFiles(out, runs.seeds()).write(images, terminal);
            }
        }
        return ExitCodes.DONE;
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private LatentDiffusion withSampler(LatentDiffusion pipeline) throws IOException {
        if (sampler == null) {
            return pipeline;
        }
        try {
            Path config = PipelineFolder.open(folder).component("scheduler").resolve("scheduler_config.json");
            return pipeline.withSampler(
                    Samplers.named(sampler, SchedulerConfig.read(config).training()));
        } catch (IOException | RuntimeException e) {
            pipeline.close();
            throw e;
        }
    }

    private List<RgbImage> sample(LatentDiffusion loaded) throws IOException {
        UNet2DConfig config = loaded.unet().config();
        AutoencoderKLConfig vae = loaded.vae().config();
        int pixels = picture.pixels(config, vae);
        LatentDiffusion pipeline = loaded.withGuidanceRescale(rescale).withTiling(picture.tiling(vae));
        int side = pixels / vae.factor();
        long[] seeds = runs.seeds().isEmpty()
                ? new long[] {seed}
                : runs.seeds().stream().mapToLong(Long::longValue).toArray();
        TextCondition positive =
                text == null ? TextCondition.zeros(config, pixels) : TextFile.read(text, false, config, pixels);
        TextCondition negative = null;
        if (guidance != 1) {
            negative = text == null ? TextCondition.zeros(config, pixels) : TextFile.read(text, true, config, pixels);
            negative = negative.repeated(seeds.length);
        }
        NoiseSource noise = NoiseSource.perImage(config.outChannels(), seeds);
        Start start = StartLatents.of(runs, pipeline.codec(), pixels, noise, seeds.length);
        StoppedEstimate stopped = new StoppedEstimate(runs::onStep);
        float[] latents;
        try (ProgressLine progress = ProgressLine.start("sampling", steps)) {
            latents = stopped.or(pipeline.sample(
                    positive.repeated(seeds.length),
                    negative,
                    guidance,
                    side,
                    side,
                    start,
                    Steps.of(steps),
                    noise,
                    step -> {
                        progress.stepTo(Math.min(steps, step.step() + 1));
                        stopped.onStep(step);
                    }));
        }
        return LatentDiffusion.pictures(pipeline.decode(latents, side, side), pixels, pixels);
    }
}
