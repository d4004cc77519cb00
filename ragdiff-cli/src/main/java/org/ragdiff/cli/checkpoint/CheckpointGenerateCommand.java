package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.generate.RunOptions;
import org.ragdiff.cli.generate.SamplingOptions;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.PipelineFolder;
import org.ragdiff.diffusion.diffusers.pipeline.LatentDiffusion;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.ragdiffusion.RagDiffusionFolder;
import org.ragdiff.diffusion.diffusers.ragdiffusion.RagDiffusionPipeline;
import org.ragdiff.diffusion.diffusers.ragdiffusion.SamplingSize;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.StoppedEstimate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ragdiff checkpoint generate}. */
@Command(
        name = "generate",
        description = {
            "Samples a RAGDiffusion folder under an embedding, a silhouette and a photo.",
            "Each condition may be left out. Nothing is retrieved. What memory it takes is checked before weights are"
                    + " read."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff checkpoint generate rag15/ --out shirt.png --reference shirt.jpg --landmark mask.png",
            "  ragdiff checkpoint generate rag15/ --out shirt.png --reference shirt.jpg --structure e.safetensors"
                    + " --guidance-reference 2 --negative-landmark other.png --seeds 1,2"
        })
final class CheckpointGenerateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Folder that `checkpoint ragdiffusion` wrote.")
    private Path folder;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "PNG to write.")
    private Path out;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description = "Encoded prompt as safetensors: prompt_embeds (default: zeros).")
    private Path text;

    @ArgGroup(validate = false)
    private StreamFiles streams = new StreamFiles();

    @Mixin
    private SamplingOptions sampling;

    @Mixin
    private RunOptions runs;

    @Mixin
    private ModelSizeOptions sizes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        GenerationOptions options = sampling.toOptions();
        PictureFiles files = new PictureFiles(out, runs.seeds());
        files.requireWritable();
        PipelineFolder pipeline = PipelineFolder.open(folder);
        UNet2DConfig unet = UNet2DConfigJson.read(CheckpointFolder.config(pipeline.component("unet")));
        AutoencoderKLConfig vae = RagDiffusionFolder.vae(pipeline);
        int pixels = sizes.pixels(unet, vae);
        long[] seeds = runs.seeds().isEmpty()
                ? new long[] {options.seed()}
                : runs.seeds().stream().mapToLong(Long::longValue).toArray();
        int branches = streams.branches(options.guidance());
        int references = streams.references() * seeds.length;
        SamplingSize size = sizes.size(unet, vae, branches * seeds.length, references);
        TextCondition prompt = text == null ? null : TextFile.read(text, false, unet, pixels);
        PrintWriter terminal = spec.commandLine().getOut();
        try (Kernels kernels = KernelProviders.defaultKernels()) {
            long start = System.nanoTime();
            try (RagDiffusionPipeline loaded = load(prompt, size, kernels)) {
                terminal.printf(Locale.ROOT, "loaded  in %.2f s%n", seconds(start));
                start = System.nanoTime();
                RagDiffusionPipeline used = sampling.samplerGiven()
                        ? loaded.withSampler(Samplers.named(options.sampler(), loaded.schedule()))
                        : loaded;
                List<RgbImage> images = sample(used, options, pixels, seeds);
                terminal.printf(
                        Locale.ROOT, "sampled %d steps and decoded in %.2f s%n", options.steps(), seconds(start));
                files.write(images, terminal);
            }
        }
        return ExitCodes.DONE;
    }

    private RagDiffusionPipeline load(TextCondition prompt, SamplingSize size, Kernels kernels) throws IOException {
        try {
            return RagDiffusionPipeline.load(folder, prompt, size, sizes.budget(), kernels);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(folder + ": " + e.getMessage(), e);
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private List<RgbImage> sample(RagDiffusionPipeline pipeline, GenerationOptions options, int pixels, long[] seeds)
            throws IOException {
        int cells = pixels / pipeline.codec().factor();
        DenoiserCondition condition = streams.condition(pipeline, pixels, seeds.length);
        DenoiserCondition negative = streams.negative(pipeline, pixels, seeds.length);
        NoiseSource noise = NoiseSource.perImage(pipeline.codec().channels(), seeds);
        Start start = StartLatents.of(runs, pipeline.codec(), pixels, noise, seeds.length);
        StoppedEstimate stopped = new StoppedEstimate(runs::onStep);
        float[] latents;
        try (ProgressLine progress = ProgressLine.start("sampling", options.steps())) {
            latents = stopped.or(pipeline.sample(
                    condition,
                    negative,
                    options.guidance(),
                    cells,
                    cells,
                    start,
                    Steps.of(options.steps()),
                    noise,
                    step -> {
                        progress.stepTo(Math.min(options.steps(), step.step() + 1));
                        stopped.onStep(step);
                    }));
        }
        return LatentDiffusion.pictures(pipeline.codec().decode(latents, cells, cells), pixels, pixels);
    }
}
