package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.PipelineFolder;
import org.ragdiff.diffusion.diffusers.ragdiffusion.MemoryEstimate;
import org.ragdiff.diffusion.diffusers.ragdiffusion.RagDiffusionConfig;
import org.ragdiff.diffusion.diffusers.ragdiffusion.RagDiffusionFolder;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ragdiff checkpoint ragdiffusion}. */
@Command(
        name = "ragdiffusion",
        description = {
            "Builds RAGDiffusion around a Stable Diffusion pipeline.",
            "Writes a folder with its UNet, VAE and scheduler, ReferenceNet as a copy of the UNet, and structure tokens,"
                    + " landmark guider and reference gates that change nothing until they are trained. Weights are"
                    + " copied, not read. Tells what loading and sampling will take; with --estimate that alone."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff checkpoint ragdiffusion sd15/ --estimate --size 512",
            "  ragdiff checkpoint ragdiffusion sd15/ --out rag15/ --structure-dimension 256"
        })
final class CheckpointRagdiffusionCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Folder of a Stable Diffusion pipeline, with a model_index.json.")
    private Path source;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder to write; new or empty.")
    private Path out;

    @Option(names = "--estimate", description = "Writes nothing: says what memory sampling would take, part by part.")
    private boolean estimateOnly;

    @Option(
            names = "--structure-dimension",
            paramLabel = "N",
            defaultValue = "512",
            description = "Length of the structure encoder's embeddings (default: ${DEFAULT-VALUE}).")
    private int dimension;

    @Option(
            names = "--structure-tokens",
            paramLabel = "N",
            defaultValue = "4",
            description = "Tokens that an embedding becomes (default: ${DEFAULT-VALUE}).")
    private int tokens;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "2",
            description = "Predictions of one step, for the estimate: pictures at once times branches of guidance, 1 to"
                    + " 4 (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of the new weights that are not zero (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private ModelSizeOptions sizes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (out == null && !estimateOnly) {
            throw new BadInputException("give --out for the folder to write, or --estimate to write nothing");
        }
        RagDiffusionConfig config =
                RagDiffusionConfig.defaults().withStructureDimension(dimension).withStructureTokens(tokens);
        PipelineFolder pipeline = PipelineFolder.open(source);
        UNet2DConfig unet = UNet2DConfigJson.read(CheckpointFolder.config(pipeline.component("unet")));
        AutoencoderKLConfig vae = RagDiffusionFolder.vae(pipeline);
        MemoryEstimate estimate = RagDiffusionFolder.estimate(source, config, sizes.size(unet, vae, rows, 1));
        PrintWriter terminal = spec.commandLine().getOut();
        terminal.println("memory off the heap, to sample pictures of " + sizes.pixels(unet, vae) + " pixels a side:");
        terminal.print(estimate.table());
        if (estimateOnly) {
            return estimate.total() <= sizes.budget() ? ExitCodes.DONE : tooLarge(terminal);
        }
        OutputPaths.requireWritableFolder(out);
        RagDiffusionFolder.create(source, out, config, seed);
        terminal.println("wrote " + out);
        return ExitCodes.DONE;
    }

    private int tooLarge(PrintWriter terminal) {
        terminal.printf("more than the %.1f MB that are allowed (--memory, RAGDIFF_MEMORY)%n", sizes.budget() / 1e6);
        return ExitCodes.FAILED;
    }
}
