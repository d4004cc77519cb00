package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.dataset.Dataset;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.DiffusionBatch;
import org.ragdiff.diffusion.unet.DiffusionObjective;
import org.ragdiff.diffusion.unet.UnetConfig;
import org.ragdiff.eval.report.ContactSheet;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;
import org.ragdiff.retrieval.database.DatabaseContents;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.slle.Aggregators;

/**
 * Trains a model's refiner and denoiser further on a few pairs of its user's, and measures them before and after on a
 * fifth of their groups that they do not see. The other networks stay; the database gets the training garments.
 */
final class FineTuning {
    private static final double HELD_OUT_SHARE = 0.2;
    private static final int FEWEST_GROUPS = 5;
    private static final int CELL = 128;
    private static final int MEASURED_BATCH = 8;
    /** Each pair is learned from as it is and mirrored, and so are made photos of its flat. */
    private static final int TURNS = 2;

    private final ModelFiles start;
    private final FineTuneFiles out;
    private final FineTuneOptions options;
    private final String command;

    /** @param command line, for provenance */
    FineTuning(ModelFiles start, Path out, FineTuneOptions options, String command) {
        this.start = start.requireWeights();
        this.out = new FineTuneFiles(new ModelFiles(out));
        this.options = options;
        this.command = command;
    }

    /**
     * What came of it.
     *
     * @param trained pairs that were learned from
     * @param heldOut pairs that were not
     * @param before figures of the model that it started from
     * @param after figures of the fine-tuned model
     */
    record Outcome(int trained, int heldOut, Map<String, Double> before, Map<String, Double> after) {
        boolean improved() {
            return after.get(HeldOutFigures.LOSS) < before.get(HeldOutFigures.LOSS);
        }
    }

    /**
     * What is made of the pairs before anything is trained.
     *
     * @param landmarks of the training's and the held-out pairs; empty if the model has no refiner
     */
    private record Prepared(
            DiffusionBatches training,
            List<DiffusionBatch> heldOut,
            List<FeatureCache> landmarks,
            Map<String, String> parts,
            String data) {}

    /** @param pairs at the model's side */
    Outcome run(Dataset pairs, boolean resume, TrainingListener listener) throws IOException {
        Set<String> held = heldOutGroups(pairs);
        Dataset own = pairs.ofGroups(g -> !held.contains(g));
        Dataset others = pairs.ofGroups(held::contains);
        out.requireFree(resume);
        Prepared prepared;
        Optional<RefinerTuning.Outcome> refined;
        HeldOutFigures.Measured before;
        try (ModelFolder model = ModelFolder.open(start)) {
            out.start(start, model.encoder(), own);
            prepared = prepare(model, own, others);
            refined = refine(prepared, resume);
            before = figures(model, prepared, others, refined.map(RefinerTuning.Outcome::before));
            listener.onLog(0, before.figures());
            train(resume, listener, prepared, model);
        }
        out.finish(
                Trainer.weights(out.work()),
                refined.filter(RefinerTuning.Outcome::improved).map(RefinerTuning.Outcome::weights));
        HeldOutFigures.Measured after;
        try (ModelFolder model = ModelFolder.open(out.model())) {
            after = figures(model, prepared, others, refined.map(RefinerTuning.Outcome::kept));
        }
        Outcome outcome = new Outcome(own.files().size(), others.files().size(), before.figures(), after.figures());
        write(outcome, before, after, pairs);
        return outcome;
    }

    /** A fifth of the groups, chosen by their names alone. */
    private static Set<String> heldOutGroups(Dataset pairs) {
        Set<String> held = GroupSplit.heldOutShare(
                pairs.files().stream().map(f -> f.group()).toList(), HELD_OUT_SHARE);
        long groups = pairs.files().stream().map(f -> f.group()).distinct().count();
        if (groups < FEWEST_GROUPS) {
            throw new BadInputException("there are " + groups + " groups of garments, expected at least "
                    + FEWEST_GROUPS + ", of which a fifth is held out to see whether the model improves");
        }
        return held;
    }

    private Prepared prepare(ModelFolder model, Dataset own, Dataset others) throws IOException {
        LuceneDatabase database = model.database(out.model().database());
        String gallery = DatabaseContents.sha256(database);
        PairReader reader = new PairReader(
                model.encoder(),
                new TrainedAttributeExtractor(model.encoder(), ModelFolder.ATTRIBUTE_CONFIDENCE),
                Aggregators.byName(Aggregators.DEFAULT),
                model.trainedAligner(),
                GenerationOptions.defaults().silhouette());
        DiffusionFeatures features = new DiffusionFeatures(
                model.codec(), reader, model.refiner(), model.denoiser().readsVisibility());
        RefinerFeatures landmarks = new RefinerFeatures(reader);
        PairSource learned = new TrainingPairs(List.of(own), own, new ProceduralScenery())
                .mirroredPairs(WildViewOptions.defaults().withSide(model.side()), options.seed());
        PairSource measured = others.pairs(options.seed());
        FeatureCache training = read(
                "features.bin",
                learned,
                TURNS,
                (file, records, progress) -> features.openOrCompute(
                        file, learned, records, model.side(), gallery, database::snapshot, progress));
        FeatureCache heldOut = read(
                "held-out.bin",
                measured,
                1,
                (file, records, progress) -> features.openOrCompute(
                        file, measured, records, model.side(), gallery, database::snapshot, progress));
        List<FeatureCache> corrected = new ArrayList<>();
        if (Files.isRegularFile(start.refiner())) {
            corrected.add(read(
                    "landmarks.bin",
                    learned,
                    TURNS,
                    (file, records, progress) ->
                            landmarks.openOrCompute(file, learned, records, gallery, database::snapshot, progress)));
            corrected.add(read(
                    "held-out-landmarks.bin",
                    measured,
                    1,
                    (file, records, progress) ->
                            landmarks.openOrCompute(file, measured, records, gallery, database::snapshot, progress)));
        }
        int cells = model.side() / model.codec().factor();
        UnetConfig network = model.denoiser().config();
        return new Prepared(
                batches(training, cells, network),
                batches(heldOut, cells, network).all(MEASURED_BATCH),
                corrected,
                Map.of(
                        ModelFolder.CODEC,
                        model.codec().fingerprint(),
                        ModelFolder.ALIGNMENT,
                        model.trainedAligner().fingerprint()),
                learned.fingerprint());
    }

    private interface Reading {
        FeatureCache of(Path file, int records, PairFeatures.Progress progress) throws IOException;
    }

    private FeatureCache read(String file, PairSource pairs, int turns, Reading reading) throws IOException {
        int records = Math.multiplyExact(turns, pairs.garments());
        try (ProgressLine line = ProgressLine.start("Reading pairs", records)) {
            return reading.of(out.work().resolve(file), records, (done, all) -> line.stepTo(done));
        }
    }

    /** Before the denoiser, which learns from landmarks as they were: those of its own pairs would be too good now. */
    private Optional<RefinerTuning.Outcome> refine(Prepared prepared, boolean resume) throws IOException {
        if (prepared.landmarks().isEmpty()) {
            return Optional.empty();
        }
        Path work = Files.createDirectories(out.work().resolve("refiner"));
        return Optional.of(new RefinerTuning(start.refiner(), work, options)
                .run(
                        prepared.landmarks().get(0),
                        prepared.landmarks().get(1),
                        provenance("refiner", prepared, start.refiner()),
                        resume));
    }

    private static DiffusionBatches batches(FeatureCache features, int cells, UnetConfig network) {
        return new DiffusionBatches(
                features,
                cells,
                network.latentChannels(),
                network.referenceLatentChannels(),
                network.structureDimension(),
                0);
    }

    private HeldOutFigures.Measured figures(
            ModelFolder model, Prepared prepared, Dataset others, Optional<Double> landmarkIou) throws IOException {
        Metrics loss = new Metrics();
        try (DenoisingUnet unet =
                load(model.files().diffusion(), model.denoiser().config())) {
            objective(unet, prepared, model, model.kernels()).validate(0, loss);
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(HeldOutFigures.LOSS, loss.asMap().get(HeldOutFigures.LOSS));
        landmarkIou.ifPresent(iou -> figures.put(HeldOutFigures.LANDMARK_IOU, iou));
        LuceneDatabase database = model.database(out.model().database());
        return HeldOutFigures.of(model, database, others.pairs(options.seed()), options.generated(), figures);
    }

    private DiffusionObjective objective(DenoisingUnet unet, Prepared prepared, ModelFolder model, Kernels kernels) {
        Prefetched<DiffusionBatch> ahead =
                new Prefetched<>(step -> prepared.training().batch(options.seed(), step, options.batch()));
        return new DiffusionObjective(
                        unet,
                        (seed, step, size) -> ahead.batch(step),
                        model.denoiser().schedule(),
                        options.training(),
                        prepared.parts())
                .withValidation(prepared.heldOut(), kernels);
    }

    private static DenoisingUnet load(Path weights, UnetConfig network) throws IOException {
        DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(0), network);
        try {
            StoredWeights.open(weights).loadInto(unet);
            return unet;
        } catch (IOException | RuntimeException e) {
            unet.close();
            throw e;
        }
    }

    private void train(boolean resume, TrainingListener listener, Prepared prepared, ModelFolder model)
            throws IOException {
        Provenance provenance = provenance("diffusion", prepared, start.diffusion());
        try (Kernels kernels = TrainingKernels.open(Kernels.Precision.F32);
                DenoisingUnet unet = load(start.diffusion(), model.denoiser().config())) {
            Objective proven = ProvenObjective.of(objective(unet, prepared, model, kernels), provenance);
            new Trainer(proven, options.trainer(), kernels, out.work()).run(resume, listener);
        }
    }

    private Provenance provenance(String network, Prepared prepared, Path from) throws IOException {
        return Provenance.of(network + "-weights", command, options.seed())
                .withConfigHash(Sha256.of(options.toString()))
                .withDataHash(Sha256.of(prepared.data()))
                .withWeights("start", Sha256.of(from));
    }

    private void write(Outcome outcome, HeldOutFigures.Measured before, HeldOutFigures.Measured after, Dataset pairs)
            throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("command", command);
        all.put("pairs", pairs.fingerprint());
        all.put("trainedPairs", outcome.trained());
        all.put("heldOutPairs", outcome.heldOut());
        all.put("options", options);
        all.put("before", outcome.before());
        all.put("after", outcome.after());
        OutputPaths.writeJson(out.results(), all);
        List<RgbImage> rows = new ArrayList<>();
        for (int i = 0; i < before.pairs().size(); i++) {
            rows.add(before.pairs().get(i).wild());
            rows.add(before.pairs().get(i).standard());
            rows.add(before.results().get(i));
            rows.add(after.results().get(i));
        }
        ImageFiles.writePng(out.sheet(), ContactSheet.grid(rows, 4, CELL), Map.of("Software", "ragdiff"));
    }
}
