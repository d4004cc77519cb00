package org.ragdiff.cli.ablate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.evaluate.DatabaseChoice;
import org.ragdiff.cli.evaluate.EvaluatedGarment;
import org.ragdiff.cli.evaluate.EvaluationData;
import org.ragdiff.cli.evaluate.EvaluationInputs;
import org.ragdiff.cli.evaluate.EvaluationSettings;
import org.ragdiff.cli.evaluate.PairedRun;
import org.ragdiff.cli.evaluate.ProtocolScorer;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.provenance.Versions;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.diffusion.align.Unaligned;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.PipelineParts;
import org.ragdiff.diffusion.refine.Unrefined;
import org.ragdiff.eval.AppearanceScorer;
import org.ragdiff.eval.GarmentResult;
import org.ragdiff.eval.Protocol;
import org.ragdiff.eval.ablation.AblationPlan.Cell;
import org.ragdiff.eval.ablation.CellFigures;
import org.ragdiff.eval.ablation.CellMeasure;
import org.ragdiff.eval.perceptual.KernelNetwork;
import org.ragdiff.eval.protocol.MeasurementProtocol;
import org.ragdiff.eval.protocol.RagdiffProtocol;
import org.ragdiff.eval.protocol.TruthTraces;

/**
 * Measures the cells of an ablation by generating their garments. Networks and data sets are opened once and shared
 * by all cells; they are closed with this. Thread-safe.
 */
final class PipelineMeasure implements CellMeasure, AutoCloseable {
    /** Figures of what was retrieved, which a variant without retrieval has not. */
    private static final Set<String> OF_RETRIEVAL =
            Set.of("landmarkIou", "residual", "effectiveNeighbours", "outOfManifold");

    // With the demo model, 128 px and batches of 8, a further cell at a time took 192 MiB of resident memory.
    private static final long CELL_BYTES = 128L << 20;
    private static final long BYTES_A_PIXEL = 1024;

    private final AblationFile file;
    private final Variant start;
    private final Path cache;
    private final EvaluationInputs.PreparationListener listener;
    private final MeasurementProtocol definition;
    /** Of the networks that {@code ragdiff/v2} measures with, or null. */
    private final Kernels kernels;

    private final AppearanceScorer appearance;
    private final ProtocolScorer scorer;
    private final String program;
    private final Map<Path, ModelFolder> models = new LinkedHashMap<>();
    private final Map<String, EvaluationData> data = new LinkedHashMap<>();

    /**
     * @param start variant that the axes change
     * @param cache where prepared photos and databases are kept
     */
    PipelineMeasure(AblationFile file, Variant start, Path cache, EvaluationInputs.PreparationListener listener)
            throws IOException {
        this.file = file;
        this.start = start;
        this.cache = cache;
        this.listener = listener;
        this.definition = protocol(file.protocol());
        boolean networks = definition.equals(RagdiffProtocol.V2);
        this.kernels = networks ? KernelProviders.defaultKernels() : null;
        this.appearance = networks
                ? new AppearanceScorer((backbone, weights) -> new KernelNetwork(kernels, backbone, weights))
                : null;
        this.scorer = new ProtocolScorer(Protocol.V1, appearance);
        this.program = ProgramHash.of();
    }

    private static MeasurementProtocol protocol(String name) {
        List<MeasurementProtocol> own = List.of(RagdiffProtocol.of(Protocol.V1), RagdiffProtocol.V2);
        return own.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "protocol \"" + name + "\" cannot be measured here, expected one of "
                                + own.stream().map(MeasurementProtocol::name).toList()));
    }

    MeasurementProtocol protocol() {
        return definition;
    }

    @Override
    public String identity(Cell cell) throws IOException {
        Variant v = AblationAxes.apply(start, cell.variant());
        EvaluationData set = data(v, cell.data());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("protocol", definition.hash());
        all.put("program", program);
        all.put("environment", environment());
        all.put("weights", model(v.model()).weights());
        all.put("data", set.description());
        all.put("garments", count(set));
        all.put("batch", file.batch());
        all.put("settings", EvaluationSettings.of(v.options(), v.aggregator().name(), List.of()));
        all.put("dropped", v.options().dropped().stream().sorted().toList());
        all.put("alignment", v.alignment());
        all.put("refinement", v.refinement());
        all.put("background", v.options().background().toString());
        all.put("seed", cell.seed());
        return OutputPaths.toJson(all);
    }

    /** What computes, by name. */
    static Map<String, String> environment() {
        KernelProviders.Options kernels = KernelProviders.Options.fromSystemProperties();
        Map<String, String> out = new TreeMap<>();
        out.put("provider", kernels.provider().orElse("best available"));
        out.put("precision", kernels.precision().toString());
        out.put(
                "threads",
                System.getProperty("ragdiff.threads", "" + Runtime.getRuntime().availableProcessors()));
        out.put("ragdiff", Versions.ragdiff());
        return out;
    }

    @Override
    public long memory(Cell cell) {
        Variant v = AblationAxes.apply(start, cell.variant());
        long side = model(v.model()).side();
        return CELL_BYTES + BYTES_A_PIXEL * side * side * file.batch();
    }

    @Override
    public CellFigures measure(Cell cell) throws IOException {
        Variant v = AblationAxes.apply(start, cell.variant());
        EvaluationData set = data(v, cell.data());
        boolean retrieves = !v.aggregator().name().equals("none");
        GenerationOptions options = v.options().withSeed(cell.seed() << AblationFile.SEED_BITS);
        PairedRun run = new PairedRun(
                new FlatLayPipeline(parts(v, set)),
                retrieves ? options : options.withoutRetrieval(),
                List.of(),
                scorer);
        List<GarmentResult> rows = new ArrayList<>();
        TruthTraces traces = new TruthTraces();
        int count = count(set);
        for (int from = 0; from < count; from += file.batch()) {
            List<GarmentPair> batch = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + file.batch()); i++) {
                batch.add(set.pairs().pair(i));
            }
            for (EvaluatedGarment g : run.run(batch, from)) {
                rows.add(row(g, retrieves));
                trace(traces, g);
            }
        }
        return CellFigures.of(rows, traces.signs());
    }

    private PipelineParts parts(Variant v, EvaluationData set) {
        PipelineParts all = model(v.model()).parts(set.database(), "none").withAggregator(v.aggregator());
        PipelineParts parts = v.refinement() == Variant.Refinement.NONE ? all.withRefiner(new Unrefined()) : all;
        return switch (v.alignment()) {
            case LEARNED -> parts;
            case ONE_LOOK -> parts.withAligner(model(v.model()).aligner());
            case NONE -> parts.withAligner(new Unaligned());
        };
    }

    private GarmentResult row(EvaluatedGarment g, boolean retrieves) {
        Map<String, Double> figures = new LinkedHashMap<>();
        g.figures().forEach((name, value) -> {
            if (definition.metricNames().contains(name) && (retrieves || !OF_RETRIEVAL.contains(name))) {
                figures.put(name, value);
            }
        });
        GarmentResult row = g.row();
        return new GarmentResult(row.id(), row.label(), row.hiddenShare(), figures);
    }

    private static void trace(TruthTraces traces, EvaluatedGarment g) {
        RgbImage result = g.full().image();
        RgbImage truth = g.pair().standard();
        // Traces do not survive resampling: pictures of another size have none to look for.
        if (result.width() == truth.width() && result.height() == truth.height()) {
            traces.add(result, truth, g.pair().silhouette());
        }
    }

    private int count(EvaluationData set) {
        return Math.min(file.garments(), set.pairs().garments());
    }

    private synchronized ModelFolder model(ModelFiles files) {
        ModelFolder known = models.get(files.directory());
        if (known == null) {
            try {
                known = ModelFolder.open(files);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            models.put(files.directory(), known);
        }
        return known;
    }

    private synchronized EvaluationData data(Variant v, String name) throws IOException {
        String key = v.model().directory() + "\n" + v.database() + "\n" + name;
        EvaluationData known = data.get(key);
        if (known == null) {
            EvaluationInputs inputs = new EvaluationInputs(model(v.model()), cache, file.dataSeed(), listener);
            DatabaseChoice choice = new DatabaseChoice(v.database(), Optional.empty());
            String source = file.data().get(name);
            String place = source.substring(source.indexOf(':') + 1);
            known = source.equals("synth")
                    ? inputs.synth(file.garments(), choice)
                    : source.startsWith("pairs:")
                            ? inputs.pairs(Path.of(place), choice)
                            : inputs.photos(Path.of(place), true, choice);
            data.put(key, known);
        }
        return known;
    }

    /** Weights of all models opened, by name; with the folder's name before it if there are several. */
    synchronized Map<String, String> weights() {
        Map<String, String> out = new TreeMap<>();
        models.forEach((folder, m) -> m.weights()
                .forEach((name, hash) -> out.put(models.size() == 1 ? name : folder.getFileName() + "/" + name, hash)));
        return out;
    }

    /** What a data set is, as the baseline's model sees it. */
    Map<String, String> description(String name, Map<String, String> baseline) throws IOException {
        return data(AblationAxes.apply(start, baseline), name).description();
    }

    @Override
    public synchronized void close() {
        models.values().forEach(ModelFolder::close);
        models.clear();
        if (appearance != null) {
            appearance.close();
            kernels.close();
        }
    }
}
