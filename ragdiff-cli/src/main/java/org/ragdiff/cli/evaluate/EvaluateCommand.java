package org.ragdiff.cli.evaluate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.generate.SamplingOptions;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.PipelineParts;
import org.ragdiff.eval.EvaluationResults;
import org.ragdiff.eval.GarmentResult;
import org.ragdiff.eval.Protocol;
import org.ragdiff.eval.protocol.RagdiffProtocol;
import org.ragdiff.eval.report.AverageRow;
import org.ragdiff.eval.report.HtmlReport;
import org.ragdiff.slle.Aggregators;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff evaluate}: measures a model on held-out pairs. */
@Command(
        name = "evaluate",
        description = {
            "Measures a model on held-out pairs of photo and standard image.",
            "Each garment is generated twice from the same noise, with and without retrieval;"
                    + " the garment itself and its whole group (sender) are left out of its search."
        },
        footer = {
            "",
            "Examples:",
            "  ragdiff evaluate --synth 200 --out results.json",
            "  ragdiff evaluate --pairs heldout/pairs.csv --out results.json --report report.html",
            "  ragdiff evaluate --photos photos --database-photos photos --out results.json",
            "    (held-out senders of the folder against a database of the others)"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class EvaluateCommand implements Callable<Integer> {
    private static final int SHOWN = 24;

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Source source;

    /** Where pairs come from. */
    static final class Source {
        @Option(names = "--pairs", paramLabel = "FILE.csv", description = "Table of pairs, paths relative to it.")
        private Path pairs;

        @Option(
                names = "--photos",
                paramLabel = "DIR",
                description = "Photos of garments, with an optional DIR.csv (path,label,kids,sender_id): real cut-outs"
                        + " of confident masks, in made photos.")
        private Path photos;

        @Option(names = "--synth", paramLabel = "N", description = "N procedural garments that training never uses.")
        private Integer synth;
    }

    @ArgGroup
    private Database database;

    /** Where the structure database comes from. */
    static final class Database {
        @Option(names = "--database", paramLabel = "DIR", description = "Structure database; default: the model's.")
        private Path directory;

        @Option(
                names = "--database-photos",
                paramLabel = "DIR",
                description = "Build the database from these photos first (kept in the cache). If it is the folder of"
                        + " --photos: from its training senders, and only the held-out ones are measured.")
        private Path photos;
    }

    @Option(names = "--held-out", description = "Only held-out senders of --photos, whatever the database.")
    private boolean heldOut;

    @Option(names = "--limit", paramLabel = "N", description = "At most N garments.")
    private Integer limit;

    @Mixin
    private SamplingOptions sampling;

    @Option(names = "--model", paramLabel = "DIR", description = "Folder of weights. Default: models/demo")
    private Path model;

    @Option(names = "--aggregator", defaultValue = Aggregators.DEFAULT, description = "Default: ${DEFAULT-VALUE}")
    private String aggregator;

    @Option(
            names = "--ablate",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "Generate also with these in place of the aggregator; none drops retrieval. Default:"
                    + " ${DEFAULT-VALUE}")
    private List<String> ablate;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            defaultValue = "out/cache",
            description = "Default: ${DEFAULT-VALUE}")
    private Path cache;

    @Option(names = "--out", required = true, paramLabel = "FILE.json", description = "Results.")
    private Path out;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Page with averages and the garments of the best and the worst silhouettes.")
    private Path report;

    @Override
    public Integer call() throws IOException {
        require("--limit", limit, 1);
        require("--synth", source.synth, 1);
        OutputPaths.requireWritableFile(out);
        OutputPaths.requireWritableFile(report);
        List<Ablation> ablations = new LinkedHashSet<>(ablate)
                .stream()
                        .filter(name -> !name.equals(aggregator))
                        .map(Ablation::byName)
                        .toList();
        GenerationOptions options = sampling.toOptions();
        try (ModelFolder opened = ModelFolder.open(ModelFiles.orDemo(model))) {
            EvaluationData data = data(opened, options.seed());
            PipelineParts parts = opened.parts(data.database(), aggregator);
            PairedRun run =
                    new PairedRun(new FlatLayPipeline(parts), options, ablations, new ProtocolScorer(Protocol.V1));
            Evaluation evaluation =
                    new Evaluation(run, Optional.of(CodecComparison.of(parts.codec(), data.fitted(), parts.side())));
            int count = Math.min(
                    limit == null ? Integer.MAX_VALUE : limit, data.pairs().garments());
            Extremes extremes = new Extremes(SHOWN);
            List<GarmentResult> rows;
            try (ProgressLine line = ProgressLine.start("Evaluating", count)) {
                rows = evaluation.run(data.pairs(), count, g -> {
                    extremes.add(g);
                    line.stepBy(1);
                });
            }
            Map<String, Object> settings = EvaluationSettings.of(options, aggregator, ablations);
            EvaluationResults results = EvaluationResults.of(Protocol.V1, options.seed(), opened.weights(), rows)
                    .with("protocolHash", RagdiffProtocol.of(Protocol.V1).hash())
                    .with("settings", settings)
                    .with("data", data.description())
                    .with("gallery", evaluation.gallerySize());
            write(results, settings, data, extremes.garments());
            print(results);
        }
        return ExitCodes.DONE;
    }

    private static void require(String option, Integer value, int least) {
        if (value != null && value < least) {
            throw new BadInputException(option + " must be at least " + least + ", got " + value);
        }
    }

    private EvaluationData data(ModelFolder opened, long seed) throws IOException {
        DatabaseChoice choice = database == null
                ? DatabaseChoice.ofModel()
                : new DatabaseChoice(Optional.ofNullable(database.directory), Optional.ofNullable(database.photos));
        try (PhaseProgress progress = new PhaseProgress()) {
            EvaluationInputs inputs = new EvaluationInputs(opened, cache, seed, progress);
            if (source.pairs != null) {
                return inputs.pairs(source.pairs, choice);
            }
            return source.photos != null
                    ? inputs.photos(source.photos, heldOut, choice)
                    : inputs.synth(source.synth, choice);
        }
    }

    private void write(
            EvaluationResults results, Map<String, Object> settings, EvaluationData data, List<EvaluatedGarment> shown)
            throws IOException {
        Provenance provenance = EvaluationReport.provenance("evaluation", spec, results);
        results.write(out);
        provenance.writeBeside(out);
        if (report != null) {
            HtmlReport.write(
                    report,
                    EvaluationReport.page(
                            "RAGDiff evaluation",
                            List.of(
                                    results.n() + " held-out garments ("
                                            + data.description().get("garments")
                                            + "), each left out of its own search with its whole group.",
                                    "Below: those of the best and of the worst silhouettes, " + shown.size()
                                            + " in all."),
                            results,
                            shown,
                            EvaluationReport.settings(settings, data),
                            provenance));
        }
    }

    private void print(EvaluationResults results) {
        PrintWriter to = spec.commandLine().getOut();
        to.printf(Locale.ROOT, "%d garments, protocol %s, seed %d%n", results.n(), results.protocol(), results.seed());
        List<AverageRow> all = new ArrayList<>(AverageRow.of(results));
        all.addAll(AverageRow.ablations(results));
        for (AverageRow row : all) {
            String number = "%." + row.decimals() + "f";
            String without = row.without() == null
                    ? ""
                    : String.format(Locale.ROOT, "  without retrieval " + number, row.without());
            String p = row.pValue() == null ? "" : String.format(Locale.ROOT, "  p %.2g", row.pValue());
            to.printf(
                    Locale.ROOT,
                    "%-52s " + number + "  [" + number + ", " + number + "]%s%s%n",
                    row.label(),
                    row.with(),
                    row.low(),
                    row.high(),
                    without,
                    p);
        }
        to.println(out);
    }
}
