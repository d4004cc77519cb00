package org.ragdiff.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.evaluate.Ablation;
import org.ragdiff.cli.evaluate.DatabaseChoice;
import org.ragdiff.cli.evaluate.EvaluatedGarment;
import org.ragdiff.cli.evaluate.Evaluation;
import org.ragdiff.cli.evaluate.EvaluationData;
import org.ragdiff.cli.evaluate.EvaluationInputs;
import org.ragdiff.cli.evaluate.EvaluationReport;
import org.ragdiff.cli.evaluate.EvaluationSettings;
import org.ragdiff.cli.evaluate.PairedRun;
import org.ragdiff.cli.evaluate.ProtocolScorer;
import org.ragdiff.cli.generate.Manifest;
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
import org.ragdiff.eval.report.HtmlReport;
import org.ragdiff.slle.Aggregators;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff demo}: the shipped model on garments that nothing was trained on. Needs no network. */
@Command(
        name = "demo",
        description = {
            "Shows the whole system on procedural garments that nothing was trained on; needs no network.",
            "Writes DIR/index.html, one page with everything in it, DIR/results.json, and the pictures with their"
                    + " manifests in DIR/garments."
        },
        footer = {"", "Examples:", "  ragdiff demo", "  ragdiff demo --out out/other --seed 7 --count 16"},
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final String AGGREGATOR = Aggregators.DEFAULT;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out/demo",
            description = "Folder of the page; made if missing (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "8",
            description = "Garments (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--model", paramLabel = "DIR", description = "Folder of the model (default: models/demo).")
    private Path model;

    @Mixin
    private SamplingOptions sampling;

    @Override
    public Integer call() throws IOException {
        if (count < 1 || count > 1000) {
            throw new BadInputException("--count must be in [1, 1000], got " + count);
        }
        OutputPaths.requireWritableFile(out.resolve("index.html"));
        OutputPaths.requireWritableFile(out.resolve("results.json"));
        GenerationOptions options = sampling.toOptions();
        try (ModelFolder opened = ModelFolder.open(ModelFiles.orDemo(model))) {
            EvaluationInputs inputs =
                    new EvaluationInputs(opened, out.resolve("cache"), options.seed(), (what, done, all) -> {});
            EvaluationData data = inputs.synth(count, DatabaseChoice.ofModel());
            PipelineParts parts = opened.parts(data.database(), AGGREGATOR);
            List<Ablation> ablations = List.of(Ablation.NONE);
            Evaluation evaluation = new Evaluation(
                    new PairedRun(new FlatLayPipeline(parts), options, ablations, new ProtocolScorer(Protocol.V1)),
                    Optional.empty());
            DemoPictures pictures = new DemoPictures(
                    out.resolve("garments"),
                    new Manifest.Common(
                            AGGREGATOR,
                            parts.side(),
                            null,
                            null,
                            null,
                            photo -> Map.of("extractor", "head"),
                            new Manifest.Database(
                                    data.database().count(), data.database().encoderFingerprint()),
                            opened.weights(),
                            null));
            List<EvaluatedGarment> garments = new ArrayList<>();
            long start = System.nanoTime();
            List<GarmentResult> rows;
            try (ProgressLine line = ProgressLine.start("Generating", count)) {
                rows = evaluation.run(data.pairs(), count, g -> {
                    garments.add(g);
                    write(pictures, garments.size(), g);
                    line.stepBy(1);
                });
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            double seconds = (System.nanoTime() - start) / 1e9 / count;
            Map<String, Object> settings = EvaluationSettings.of(options, AGGREGATOR, ablations);
            EvaluationResults results = EvaluationResults.of(Protocol.V1, options.seed(), opened.weights(), rows)
                    .with("protocolHash", RagdiffProtocol.of(Protocol.V1).hash())
                    .with("settings", settings)
                    .with("data", data.description())
                    .with("gallery", evaluation.gallerySize());
            finish(results, garments, settings, data, seconds);
        }
        return ExitCodes.DONE;
    }

    private static void write(DemoPictures pictures, int number, EvaluatedGarment g) {
        try {
            pictures.write(number, g);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void finish(
            EvaluationResults results,
            List<EvaluatedGarment> garments,
            Map<String, Object> settings,
            EvaluationData data,
            double seconds)
            throws IOException {
        Path json = out.resolve("results.json");
        Path page = out.resolve("index.html");
        Provenance provenance = EvaluationReport.provenance("demo", spec, results);
        results.write(json);
        provenance.writeBeside(json);
        List<String> summary = List.of(
                "From a photo taken anywhere to the garment's flat standard image: attributes and structure are read"
                        + " off the photo, the nearest of " + data.database().count()
                        + " known garments are blended into a landmark, and the picture is generated after both. No"
                        + " garment below was seen in training, and none is in the database.",
                String.format(
                        Locale.ROOT,
                        "%d garments, %.1f s for each on this machine, both results and their figures included.",
                        results.n(),
                        seconds));
        HtmlReport.write(
                page,
                EvaluationReport.page(
                        "RAGDiff demonstration",
                        summary,
                        results,
                        garments,
                        EvaluationReport.settings(settings, data),
                        provenance));
        PrintWriter to = spec.commandLine().getOut();
        to.printf(
                Locale.ROOT,
                "%d garments, %.1f s each: silhouette IoU %.3f with retrieval, %.3f without%n%s%n",
                results.n(),
                seconds,
                results.mean().get("silhouetteIou"),
                results.mean().get("silhouetteIou" + Ablation.NONE.suffix()),
                page);
    }
}
