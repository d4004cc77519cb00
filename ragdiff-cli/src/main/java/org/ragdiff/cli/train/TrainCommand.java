package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.eval.report.TrainingPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ragdiff train vae|structure|appearance|alignment|refiner|diffusion}: trains a network by a recipe; {@code page} shows how. */
@Command(
        name = "train",
        description = "Trains a network by a recipe; a run that was stopped goes on with --resume.",
        mixinStandardHelpOptions = true,
        subcommands = {
            TrainCommand.Vae.class,
            TrainCommand.Structure.class,
            TrainCommand.Appearance.class,
            TrainCommand.Alignment.class,
            TrainCommand.Refiner.class,
            TrainCommand.Diffusion.class,
            TrainCommand.Page.class,
            FineTuneCommand.class
        },
        footer = {
            "",
            "In this order, since each network is trained on what the ones before it give:",
            "  ragdiff train vae --config recipes/demo/vae.yaml",
            "  ragdiff train structure --config recipes/demo/structure.yaml",
            "  ragdiff train appearance --config recipes/demo/appearance.yaml",
            "  ragdiff train alignment --config recipes/demo/alignment.yaml",
            "  ragdiff train refiner --config recipes/demo/refiner.yaml",
            "  ragdiff train diffusion --config recipes/demo/diffusion.yaml --resume"
        })
public final class TrainCommand {
    /** What all trainings ask for. */
    static final class Options {
        @Option(names = "--config", required = true, paramLabel = "FILE", description = "Recipe, a YAML file.")
        Path config;

        @Option(names = "--resume", description = "Go on from the last checkpoint, if there is one.")
        boolean resume;

        @Spec(Spec.Target.MIXEE)
        CommandSpec spec;

        /** Checks the folder of a run before it begins. */
        TrainingListener start(Path out) throws IOException {
            OutputPaths.requireWritableFolder(out);
            return new TrainingWatch(out, config, spec.commandLine().getErr());
        }

        int done(Path weights) {
            spec.commandLine().getOut().println("wrote " + weights);
            return ExitCodes.DONE;
        }
    }

    @Command(
            name = "vae",
            description = "Trains the autoencoder between pictures and latents.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  ragdiff train vae --config recipes/demo/vae.yaml --resume"})
    static final class Vae implements Callable<Integer> {
        @Mixin
        Options options;

        @Override
        public Integer call() throws IOException {
            VaeRecipe recipe = Recipes.read(options.config, VaeRecipe.class);
            TrainingListener listener = options.start(recipe.out());
            return options.done(new VaeTraining(recipe, options.config).run(options.resume, listener));
        }
    }

    @Command(
            name = "structure",
            description = "Trains StructureNet: both towers, the attribute head and the field decoders.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  ragdiff train structure --config recipes/demo/structure.yaml --resume"})
    static final class Structure implements Callable<Integer> {
        @Mixin
        Options options;

        @Override
        public Integer call() throws IOException {
            StructureRecipe recipe = Recipes.read(options.config, StructureRecipe.class);
            TrainingListener listener = options.start(recipe.out());
            return options.done(new StructureTraining(recipe, options.config).run(options.resume, listener));
        }
    }

    @Command(
            name = "appearance",
            description = "Trains the part of StructureNet that tells garments of one structure apart; the rest stays.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  ragdiff train appearance --config recipes/demo/appearance.yaml --resume"})
    static final class Appearance implements Callable<Integer> {
        @Mixin
        Options options;

        @Override
        public Integer call() throws IOException {
            AppearanceRecipe recipe = Recipes.read(options.config, AppearanceRecipe.class);
            TrainingListener listener = options.start(recipe.out());
            return options.done(new AppearanceTraining(recipe, options.config).run(options.resume, listener));
        }
    }

    @Command(
            name = "alignment",
            description = "Trains the network that brings what a photo shows into the standard frame.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  ragdiff train alignment --config recipes/demo/alignment.yaml --resume"})
    static final class Alignment implements Callable<Integer> {
        @Mixin
        Options options;

        @Override
        public Integer call() throws IOException {
            AlignmentRecipe recipe = Recipes.read(options.config, AlignmentRecipe.class);
            TrainingListener listener = options.start(recipe.out());
            return options.done(new AlignmentTraining(recipe, options.config).run(options.resume, listener));
        }
    }

    @Command(
            name = "refiner",
            description = "Trains the network that corrects landmarks by the aligned photo.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  ragdiff train refiner --config recipes/demo/refiner.yaml --resume"})
    static final class Refiner implements Callable<Integer> {
        @Mixin
        Options options;

        @Override
        public Integer call() throws IOException {
            RefinerRecipe recipe = Recipes.read(options.config, RefinerRecipe.class);
            TrainingListener listener = options.start(recipe.out());
            return options.done(new RefinerTraining(recipe, options.config).run(options.resume, listener));
        }
    }

    @Command(
            name = "diffusion",
            description = "Trains the denoiser with its reference network, structure tokens and landmark guider.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  ragdiff train diffusion --config recipes/demo/diffusion.yaml --resume"})
    static final class Diffusion implements Callable<Integer> {
        @Mixin
        Options options;

        @Override
        public Integer call() throws IOException {
            DiffusionRecipe recipe = Recipes.read(options.config, DiffusionRecipe.class);
            TrainingListener listener = options.start(recipe.out());
            return options.done(new DiffusionTraining(recipe, options.config).run(options.resume, listener));
        }
    }

    @Command(
            name = "page",
            description = "Writes index.html beside a training's log: curves, picture grids and the recipe.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  ragdiff train page out/train/diffusion"})
    static final class Page implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "Folder that the recipe's out names.")
        Path directory;

        @Spec
        CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            if (!Files.isRegularFile(directory.resolve("log.jsonl"))) {
                throw new BadInputException(
                        "no log.jsonl in " + directory + ": name the folder that a recipe's out names");
            }
            spec.commandLine().getOut().println("wrote " + TrainingPage.write(directory));
            return ExitCodes.DONE;
        }
    }
}
