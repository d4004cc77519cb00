package org.ragdiff.cli.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.core.train.TrainingListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff train vae|structure|appearance|diffusion}: trains a network by a recipe. */
@Command(
        name = "train",
        description = "Trains a network by a recipe; a run that was stopped goes on with --resume.",
        mixinStandardHelpOptions = true,
        subcommands = {
            TrainCommand.Vae.class,
            TrainCommand.Structure.class,
            TrainCommand.Appearance.class,
            TrainCommand.Diffusion.class
        },
        footer = {
            "",
            "In this order, since each network is trained on what the ones before it give:",
            "  ragdiff train vae --config recipes/demo/vae.yaml",
            "  ragdiff train structure --config recipes/demo/structure.yaml",
            "  ragdiff train appearance --config recipes/demo/appearance.yaml",
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

        TrainingListener listener() {
            PrintWriter err = spec.commandLine().getErr();
            return (step, figures) -> {
                StringBuilder line = new StringBuilder("step " + step);
                for (Map.Entry<String, Double> f : figures.entrySet()) {
                    line.append(String.format(Locale.ROOT, "  %s %.4g", f.getKey(), f.getValue()));
                }
                err.println(line);
                err.flush();
            };
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
            OutputPaths.requireWritableFolder(recipe.out());
            return options.done(new VaeTraining(recipe, options.config).run(options.resume, options.listener()));
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
            OutputPaths.requireWritableFolder(recipe.out());
            return options.done(new StructureTraining(recipe, options.config).run(options.resume, options.listener()));
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
            OutputPaths.requireWritableFolder(recipe.out());
            return options.done(new AppearanceTraining(recipe, options.config).run(options.resume, options.listener()));
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
            OutputPaths.requireWritableFolder(recipe.out());
            return options.done(new DiffusionTraining(recipe, options.config).run(options.resume, options.listener()));
        }
    }
}
