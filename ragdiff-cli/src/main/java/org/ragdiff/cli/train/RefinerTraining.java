package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.diffusion.pipeline.SilhouetteFusion;
import org.ragdiff.diffusion.refine.RefinerBatch;
import org.ragdiff.diffusion.refine.RefinerNet;
import org.ragdiff.diffusion.refine.RefinerObjective;
import org.ragdiff.diffusion.refine.RefinerTrainingOptions;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;
import org.ragdiff.retrieval.structurenet.StructureNetEncoder;
import org.ragdiff.slle.Aggregators;

/** Trains a refiner on landmarks of made photos, retrieved without the garments' own groups. */
final class RefinerTraining {
    private static final int VALIDATED = 256;
    private static final int VALIDATED_BATCH = 32;

    private final RefinerRecipe recipe;
    private final Path file;

    RefinerTraining(RefinerRecipe recipe, Path file) {
        this.recipe = recipe;
        this.file = file;
    }

    /** Trains to the end and returns the weights' file. */
    Path run(boolean resume, TrainingListener listener) throws IOException {
        Files.createDirectories(recipe.out());
        long seed = recipe.training().seed();
        PairSource pairs;
        FeatureCache features;
        List<RefinerBatch> heldOut;
        try (Kernels kernels = KernelProviders.defaultKernels();
                StructureNetEncoder encoder = StructureNetEncoder.load(recipe.structure(), kernels);
                PhotoAligner aligner = RecipeAligners.open(recipe.alignment(), recipe.secondLook(), kernels)) {
            TrainingData.Opened data = recipe.data().open(Preparation.progress());
            pairs = data.own().mirroredPairs(recipe.views(), seed);
            RefinerFeatures maker = new RefinerFeatures(new PairReader(
                    encoder,
                    new TrainedAttributeExtractor(encoder, ModelFolder.ATTRIBUTE_CONFIDENCE),
                    Aggregators.byName(recipe.aggregator()),
                    aligner,
                    new SilhouetteFusion(recipe.silhouetteFusion())));
            features = maker.openOrCompute(
                    recipe.out().resolve("features.bin"),
                    pairs,
                    Math.multiplyExact(recipe.turns(), pairs.garments()),
                    data.own().garments(),
                    Preparation.features());
            PairSource others = new WildPairs(data.heldOut(), data.heldOutScenery(), recipe.views(), ~seed);
            heldOut = new RefinerBatches(maker.openOrCompute(
                            recipe.out().resolve("heldout.bin"),
                            others,
                            Math.min(VALIDATED, others.garments()),
                            data.own().garments(),
                            (done, all) -> {}))
                    .all(VALIDATED_BATCH);
        }
        train(resume, listener, features, heldOut, pairs.fingerprint());
        return Trainer.weights(recipe.out());
    }

    private void train(
            boolean resume, TrainingListener listener, FeatureCache features, List<RefinerBatch> heldOut, String data)
            throws IOException {
        RefinerTrainingOptions part =
                recipe.training().withBatch(recipe.training().batch() / recipe.replicas());
        Provenance provenance = ProvenObjective.provenance(
                "refiner", file, data, recipe.training().seed());
        RefinerBatches batches = new RefinerBatches(features);
        List<RefinerNet> nets = new ArrayList<>();
        try (Kernels kernels = TrainingKernels.open(recipe.precision())) {
            List<ProvenObjective> replicas = new ArrayList<>();
            for (int i = 0; i < recipe.replicas(); i++) {
                nets.add(new RefinerNet(new SplittableRandom(recipe.training().seed()), recipe.network()));
                RefinerObjective objective = new RefinerObjective(
                        nets.get(i),
                        batches.random(recipe.dyed(), i, recipe.replicas()),
                        part,
                        kernels,
                        i == 0 ? heldOut : List.of());
                replicas.add(ProvenObjective.of(objective, provenance).withSamples(part.batch()));
            }
            new Trainer(replicas, recipe.trainer(), kernels, recipe.out()).run(resume, listener);
        } finally {
            nets.forEach(RefinerNet::close);
        }
    }
}
