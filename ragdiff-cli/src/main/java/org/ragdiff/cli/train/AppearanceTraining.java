package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.retrieval.structurenet.AppearanceBatch;
import org.ragdiff.retrieval.structurenet.AppearanceObjective;
import org.ragdiff.retrieval.structurenet.SampleBatches;
import org.ragdiff.retrieval.structurenet.StructureNet;
import org.ragdiff.retrieval.structurenet.StructureNetConfig;
import org.ragdiff.retrieval.structurenet.StructureNetWeights;
import org.ragdiff.retrieval.structurenet.StructureSample;
import org.ragdiff.retrieval.structurenet.StructureSampleSource;

/** Trains the appearance part of a trained StructureNet on made photos of standard garments. */
final class AppearanceTraining {
    private final AppearanceRecipe recipe;
    private final Path file;

    AppearanceTraining(AppearanceRecipe recipe, Path file) {
        this.recipe = recipe;
        this.file = file;
    }

    /** Trains to the end and returns the weights' file. */
    Path run(boolean resume, TrainingListener listener) throws IOException {
        long seed = recipe.training().seed();
        try (StructureNet net =
                        StructureNetWeights.extended(recipe.structure(), recipe.network(), new SplittableRandom(seed));
                Kernels kernels = TrainingKernels.open(recipe.precision())) {
            TrainingData.Opened data = recipe.data().open(Preparation.progress());
            WildPairs pairs = new WildPairs(data.training(), data.scenery(), recipe.views(), seed);
            PairSource others = data.others().pairs(recipe.views(), ~seed);
            StructureNetConfig config = net.config();
            Prefetched<AppearanceBatch> ahead = new Prefetched<>(step -> batch(pairs, config, step));
            GarmentStore garments = data.training();
            AppearanceObjective objective = new AppearanceObjective(
                    net,
                    ahead::batch,
                    garments.size(),
                    i -> standard(garments.get(i)),
                    recipe.training(),
                    StructurePairs.heldOut(others, config),
                    kernels);
            objective.startFromPrincipalDirections();
            ProvenObjective proven = ProvenObjective.of(objective, "appearance", file, pairs.fingerprint(), seed)
                    .withSamples(recipe.batch());
            new Trainer(proven, recipe.trainer(), kernels, recipe.out()).run(resume, listener);
        }
        return Trainer.weights(recipe.out());
    }

    private AppearanceBatch batch(WildPairs pairs, StructureNetConfig config, long step) {
        long from = step * recipe.batch();
        List<StructureSample> samples = StructurePairs.samples(pairs, from, recipe.batch());
        StructureSampleSource made = i -> samples.get((int) (i - from));
        int[] garments = LongStream.range(from, from + recipe.batch())
                .mapToInt(pairs::garment)
                .toArray();
        return new AppearanceBatch(
                SampleBatches.trueColours(
                                made, config, recipe.batch(), recipe.training().seed())
                        .batch(step),
                garments);
    }

    private static StructureSample standard(StandardGarment g) {
        return new StructureSample(
                g.standard(), Optional.empty(), g.standard(), g.silhouette(), GarmentAttributes.UNKNOWN);
    }
}
