package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.PipelineFolder;
import org.ragdiff.diffusion.diffusers.pipeline.LatentDiffusion;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;
import picocli.CommandLine.Command;
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
            "  ragdiff checkpoint sample sd15/ --out shirt.png --text shirt.safetensors --guidance 7.5"
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

    @Option(names = "--size", paramLabel = "PIXELS", description = "Side of the picture (default: the networks').")
    private Integer size;

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

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        OutputPaths.requireWritableFile(out);
        PrintWriter terminal = spec.commandLine().getOut();
        try (Kernels kernels = KernelProviders.defaultKernels()) {
            long start = System.nanoTime();
            try (LatentDiffusion pipeline = withSampler(LatentDiffusion.load(folder, kernels))) {
                long parameters = pipeline.unet().size() + pipeline.vae().size();
                terminal.printf(Locale.ROOT, "loaded  %,d parameters in %.2f s%n", parameters, seconds(start));
                start = System.nanoTime();
                RgbImage image = sample(pipeline);
                terminal.printf(Locale.ROOT, "sampled %d steps and decoded in %.2f s%n", steps, seconds(start));
                OutputPaths.makeFolderOf(out);
                ImageFiles.writePng(out, image, Map.of());
            }
        }
        terminal.println("wrote   " + out);
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

    private RgbImage sample(LatentDiffusion pipeline) throws IOException {
        UNet2DConfig config = pipeline.unet().config();
        int factor = pipeline.vae().config().factor();
        int pixels = size == null ? Math.max(1, config.sampleSize()) * factor : size;
        int unit = factor << (config.blocks() - 1);
        if (pixels < unit || pixels > 4096 || pixels % unit != 0) {
            throw new BadInputException(
                    "--size must be a multiple of " + unit + " up to 4096 for this pipeline, got " + pixels);
        }
        int side = pixels / factor;
        boolean guided = guidance != 1;
        TextCondition positive =
                text == null ? TextCondition.zeros(config, pixels) : TextFile.read(text, false, config, pixels);
        TextCondition negative = null;
        if (guided) {
            negative = text == null ? TextCondition.zeros(config, pixels) : TextFile.read(text, true, config, pixels);
        }
        NoiseSource noise = NoiseSource.perImage(config.outChannels(), seed);
        float[] latents;
        try (ProgressLine progress = ProgressLine.start("sampling", steps)) {
            latents = pipeline.sample(
                    positive,
                    negative,
                    guidance,
                    side,
                    side,
                    Steps.of(steps),
                    noise,
                    step -> progress.stepTo(Math.min(steps, step.step() + 1)));
        }
        List<RgbImage> images = LatentDiffusion.pictures(pipeline.decode(latents, side, side), pixels, pixels);
        return images.get(0);
    }
}
