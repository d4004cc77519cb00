package org.ragdiff.cli.ablate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.CommandProvenance;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.train.Recipes;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.eval.ablation.AblationAnalysis;
import org.ragdiff.eval.ablation.AblationCsv;
import org.ragdiff.eval.ablation.AblationLatex;
import org.ragdiff.eval.ablation.AblationMarkdown;
import org.ragdiff.eval.ablation.AblationPage;
import org.ragdiff.eval.ablation.AblationPlan;
import org.ragdiff.eval.ablation.AblationResults;
import org.ragdiff.eval.ablation.AblationRunner;
import org.ragdiff.eval.ablation.CellCache;
import org.ragdiff.eval.ablation.MemoryBudget;
import org.ragdiff.eval.report.HtmlReport;
import org.ragdiff.slle.Aggregators;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff ablate}: measures a matrix of variants, seeds and data, and says which differences hold. */
@Command(
        name = "ablate",
        description = {
            "Measures every combination of a configuration's axes, seeds and data sets.",
            "A run that was stopped goes on with --resume; cells measured before cost nothing. A cell that fails is"
                    + " reported, the others go on (exit code 1)."
        },
        subcommands = ExpansionCommand.class,
        footer = {"", "Example:", "  ragdiff ablate --config docs/ablations/aggregators.yaml --out out/aggregators"},
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class AblateCommand implements Callable<Integer> {
    private static final String CONFIG = "config.yaml";

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE.yaml", description = "What to vary. Needed.")
    private Path config;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Needed: index.html, results.json, table.md, table.csv, table.tex, and logs of failed cells.")
    private Path out;

    @Option(names = "--resume", description = "Go on with the ablation that --out holds.")
    private boolean resume;

    @Option(names = "--model", paramLabel = "DIR", description = "Folder of weights. Default: models/demo")
    private Path model;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "1",
            description = "Cells at a time; each computes with all threads (default: ${DEFAULT-VALUE}).")
    private int parallel;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "4g",
            converter = ByteSize.class,
            description = "Memory of the cells that run at a time, beside the networks (default: ${DEFAULT-VALUE}).")
    private long memory;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            defaultValue = "out/cache",
            description = "Measured cells and prepared data. Default: ${DEFAULT-VALUE}")
    private Path cache;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (config == null || out == null) {
            throw new BadInputException("--config FILE.yaml and --out DIR are needed, or the experiment's name:"
                    + " ragdiff ablate expansion");
        }
        if (parallel < 1) {
            throw new BadInputException("--parallel must be at least 1, got " + parallel);
        }
        AblationFile file = Recipes.read(config, AblationFile.class);
        Variant start = new Variant(
                ModelFiles.orDemo(model).requireWeights(),
                Optional.empty(),
                Aggregators.byName(Aggregators.DEFAULT),
                GenerationOptions.defaults(),
                Variant.Alignment.LEARNED,
                Variant.Refinement.LEARNED);
        AblationPlan plan = plan(file, start);
        OutputPaths.requireWritableFolder(out);
        claim();
        try (PipelineMeasure measure = new PipelineMeasure(file, start, cache, (what, done, all) -> {})) {
            plan.metrics().forEach(measure.protocol()::metric);
            return run(plan, measure);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(config + ": " + e.getMessage(), e);
        }
    }

    /** Every value is looked at before anything runs. */
    private AblationPlan plan(AblationFile file, Variant start) {
        try {
            AblationPlan plan = file.plan();
            plan.variants().forEach(v -> AblationAxes.apply(start, v));
            return plan;
        } catch (IllegalArgumentException | BadInputException e) {
            throw new BadInputException(config + ": " + e.getMessage(), e);
        }
    }

    /** One folder holds one ablation: a copy of its configuration says which. */
    private void claim() throws IOException {
        Path copy = out.resolve(CONFIG);
        byte[] asked = Files.readAllBytes(config);
        if (!Files.exists(copy)) {
            OutputPaths.makeFolder(out);
            AtomicFiles.write(copy, asked);
        } else if (!resume) {
            throw new BadInputException(
                    out + " holds an ablation already; go on with it by --resume, or give another folder");
        } else if (!Arrays.equals(asked, Files.readAllBytes(copy))) {
            throw new BadInputException(out + " holds the ablation of another configuration, " + copy
                    + "; give that one, or another folder");
        }
    }

    private int run(AblationPlan plan, PipelineMeasure measure) throws IOException, InterruptedException {
        AblationRunner runner = new AblationRunner(
                measure,
                new CellCache(cache.resolve("cells")),
                new MemoryBudget(memory),
                parallel,
                out.resolve("logs"));
        AblationRunner.Outcome outcome;
        try (ProgressLine line = ProgressLine.start("Ablating", plan.cells().size())) {
            outcome = runner.run(plan, (cell, state) -> line.stepBy(1));
        }
        Map<String, Map<String, String>> descriptions = new LinkedHashMap<>();
        for (String set : outcome.garments().keySet()) {
            descriptions.put(set, measure.description(set, plan.baseline()));
        }
        AblationResults results = AblationResults.of(
                plan, measure.protocol(), measure.weights(), PipelineMeasure.environment(), descriptions, outcome);
        write(results);
        return results.failures().isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private void write(AblationResults results) throws IOException {
        Path file = out.resolve("results.json");
        results.write(file);
        Provenance made = CommandProvenance.of(
                        "ablation", spec, results.plan().seeds().get(0), results.weights())
                .withProtocol(results.protocol().name())
                .withConfigHash(Sha256.of(config));
        made.writeBeside(file);
        AblationAnalysis analysis = AblationAnalysis.of(results);
        String table = AblationMarkdown.of(analysis);
        text("table.md", table);
        text("table.csv", AblationCsv.of(analysis));
        text("table.tex", AblationLatex.of(analysis));
        HtmlReport.write(out.resolve("index.html"), AblationPage.of(analysis, made));
        PrintWriter to = spec.commandLine().getOut();
        to.print(table);
        to.println();
        to.println(file);
    }

    private void text(String name, String text) throws IOException {
        AtomicFiles.write(out.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }
}
