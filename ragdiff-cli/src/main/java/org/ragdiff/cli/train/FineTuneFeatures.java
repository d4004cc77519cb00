package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.dataset.Dataset;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.unet.DiffusionBatch;
import org.ragdiff.diffusion.unet.UnetConfig;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;
import org.ragdiff.retrieval.database.DatabaseContents;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.slle.Aggregators;

/**
 * What is made of a user's pairs before anything is trained on them.
 *
 * @param training of the denoiser
 * @param heldOut of the pairs that are not learned from
 * @param landmarks empty if the model has no refiner
 * @param parts of the model that the denoiser belongs to, for its metadata
 * @param data fingerprint of the pairs that are learned from
 */
record FineTuneFeatures(
        DiffusionBatches training,
        List<DiffusionBatch> heldOut,
        Optional<Landmarks> landmarks,
        Map<String, String> parts,
        String data) {
    private static final int MEASURED_BATCH = 8;
    /** Each pair is learned from as it is and mirrored, and so are made photos of its flat. */
    private static final int TURNS = 2;

    /** As the database gives them, to be corrected. */
    record Landmarks(RefinerBatches training, RefinerBatches heldOut) {}

    /** Features of a kind, made into a file. */
    private interface Maker {
        FeatureCache make(Path file, PairSource pairs, int records, PairFeatures.Progress progress) throws IOException;
    }

    /**
     * @param model that the training starts from
     * @param own pairs that are learned from
     * @param others pairs that are not
     */
    static FineTuneFeatures of(ModelFolder model, FineTuneFiles out, Dataset own, Dataset others, long seed)
            throws IOException {
        LuceneDatabase database = model.database(out.model().database());
        String gallery = DatabaseContents.sha256(database);
        PairReader reader = new PairReader(
                model.encoder(),
                new TrainedAttributeExtractor(model.encoder(), ModelFolder.ATTRIBUTE_CONFIDENCE),
                Aggregators.byName(Aggregators.DEFAULT),
                model.trainedAligner(),
                GenerationOptions.defaults().silhouette());
        PairSource learned = new TrainingPairs(List.of(own), own, new ProceduralScenery())
                .mirroredPairs(WildViewOptions.defaults().withSide(model.side()), seed);
        PairSource measured = others.pairs(seed);
        Path work = out.work();

        DiffusionFeatures diffusion = new DiffusionFeatures(
                model.codec(), reader, model.refiner(), model.denoiser().readsVisibility());
        Maker features = (file, pairs, records, progress) ->
                diffusion.openOrCompute(file, pairs, records, model.side(), gallery, database::snapshot, progress);
        FeatureCache training = read(work.resolve("features.bin"), learned, TURNS, features);
        FeatureCache heldOut = read(work.resolve("held-out.bin"), measured, 1, features);

        Optional<Landmarks> landmarks = Optional.empty();
        if (Files.isRegularFile(model.files().refiner())) {
            RefinerFeatures refiner = new RefinerFeatures(reader);
            Maker evidence = (file, pairs, records, progress) ->
                    refiner.openOrCompute(file, pairs, records, gallery, database::snapshot, progress);
            landmarks = Optional.of(new Landmarks(
                    new RefinerBatches(read(work.resolve("landmarks.bin"), learned, TURNS, evidence)),
                    new RefinerBatches(read(work.resolve("held-out-landmarks.bin"), measured, 1, evidence))));
        }
        return new FineTuneFeatures(
                batches(training, model),
                batches(heldOut, model).all(MEASURED_BATCH),
                landmarks,
                Map.of(
                        ModelFolder.CODEC,
                        model.codec().fingerprint(),
                        ModelFolder.ALIGNMENT,
                        model.trainedAligner().fingerprint()),
                learned.fingerprint());
    }

    private static FeatureCache read(Path file, PairSource pairs, int turns, Maker maker) throws IOException {
        int records = Math.multiplyExact(turns, pairs.garments());
        try (ProgressLine line = ProgressLine.start("Reading pairs", records)) {
            return maker.make(file, pairs, records, (done, all) -> line.stepTo(done));
        }
    }

    private static DiffusionBatches batches(FeatureCache features, ModelFolder model) {
        UnetConfig network = model.denoiser().config();
        return new DiffusionBatches(
                features,
                model.side() / model.codec().factor(),
                network.latentChannels(),
                network.referenceLatentChannels(),
                network.structureDimension(),
                0);
    }
}
