package org.ragdiff.cli.train;

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
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.cli.photo.FlatRules;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.data.dataset.Dataset;
import org.ragdiff.data.dataset.DatasetOptions;
import org.ragdiff.data.dataset.DatasetOptions.Unreadable;
import org.ragdiff.data.dataset.DatasetSplit;
import org.ragdiff.data.dataset.Datasets;
import org.ragdiff.data.dataset.LeftOut;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff train finetune}: a model trained further on a user's own pairs. */
@Command(
        name = "finetune",
        description = {
            "Trains a model further on your own pairs of photo and flat-lay; 50 pairs are enough to begin with.",
            "Give a table, or a folder with photos/ and flats/ whose pictures have the same names. A fifth of the"
                    + " garments is held out; loss and results on these are shown before and after. --out becomes a"
                    + " model folder, for generate --model. Exit code 1 if the loss did not improve."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  ragdiff train finetune --pairs my-pairs/ --out models/mine/",
            "  ragdiff generate --model models/mine/ --image shirt.jpg --out flat.png"
        })
final class FineTuneCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--pairs",
            required = true,
            paramLabel = "FILE.csv|DIR",
            description = "Table with the columns wild,standard, or a folder with photos/ and flats/.")
    private Path pairs;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the new model; made if missing.")
    private Path out;

    @Option(names = "--model", paramLabel = "DIR", description = "Model to start from (default: models/demo).")
    private Path model;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "300",
            description = "Steps of the denoiser; the refiner has a third of them (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            defaultValue = "5e-5",
            description = "Peak rate of the denoiser; the refiner's is 8 times as high (default: ${DEFAULT-VALUE}).")
    private double learningRate;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "8",
            description = "Pairs a step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--generated",
            paramLabel = "N",
            defaultValue = "8",
            description = "Held-out garments to generate before and after (default: ${DEFAULT-VALUE}).")
    private int generated;

    @Option(names = "--seed", paramLabel = "K", defaultValue = "1", description = "Of batches, noise and made photos.")
    private long seed;

    @Option(names = "--resume", description = "Go on with a fine-tuning that was stopped.")
    private boolean resume;

    @Override
    public Integer call() throws IOException {
        FineTuneOptions options;
        try {
            options = new FineTuneOptions(steps, learningRate, batch, generated, seed);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage(), e);
        }
        OutputPaths.requireWritableFolder(out);
        ModelFiles start = ModelFiles.orDemo(model);
        FineTuning tuning = new FineTuning(start, out, options, command());
        PrintWriter to = spec.commandLine().getOut();
        Dataset data = Datasets.open(
                "pairs",
                DatasetOptions.of(pairs)
                        .withSplit(DatasetSplit.ALL)
                        .withSide(ModelFolder.side(start))
                        .withUnreadable(Unreadable.SKIP),
                FlatRules.croppedPhotos());
        for (LeftOut l : data.leftOut()) {
            to.printf("left out: %s: %s%n", l.name(), l.detail());
        }
        long started = System.nanoTime();
        FineTuning.Outcome outcome = tuning.run(data, resume, listener());
        print(outcome, (System.nanoTime() - started) / 60e9, to);
        return outcome.improved() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private String command() {
        return "ragdiff train finetune --pairs " + pairs.getFileName() + " --steps " + steps + " --learning-rate "
                + learningRate + " --batch " + batch + " --seed " + seed;
    }

    private TrainingListener listener() {
        PrintWriter err = spec.commandLine().getErr();
        return (step, figures) -> {
            StringBuilder line = new StringBuilder("step " + step + " of " + steps);
            for (String name : List.of("loss", HeldOutFigures.LOSS, "secondsPerStep")) {
                if (figures.containsKey(name)) {
                    line.append(String.format(Locale.ROOT, "  %s %.4f", name, figures.get(name)));
                }
            }
            err.println(line);
            err.flush();
        };
    }

    private void print(FineTuning.Outcome outcome, double minutes, PrintWriter to) {
        to.printf(
                Locale.ROOT,
                "%d pairs learned from, %d held out, %.1f min%n%-16s %10s %10s%n",
                outcome.trained(),
                outcome.heldOut(),
                minutes,
                "held out",
                "before",
                "after");
        for (Map.Entry<String, Double> f : outcome.before().entrySet()) {
            to.printf(
                    Locale.ROOT,
                    "%-16s %10.4f %10.4f%n",
                    f.getKey(),
                    f.getValue(),
                    outcome.after().get(f.getKey()));
        }
        if (!outcome.improved()) {
            to.println("the loss did not improve: take a lower --learning-rate or more pairs, or stay with the model"
                    + " that this started from");
        }
        to.println(out);
    }
}
