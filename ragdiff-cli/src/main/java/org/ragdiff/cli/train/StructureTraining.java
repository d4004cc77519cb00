package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.retrieval.structurenet.SampleBatches;
import org.ragdiff.retrieval.structurenet.StructureBatch;
import org.ragdiff.retrieval.structurenet.StructureNet;
import org.ragdiff.retrieval.structurenet.StructureNetObjective;
import org.ragdiff.retrieval.structurenet.StructureSample;
import org.ragdiff.retrieval.structurenet.StructureSampleSource;

/** Trains a StructureNet on made photos of standard garments. */
final class StructureTraining {
    private static final int VALIDATION_SAMPLES = 256;
    private static final int VALIDATION_BATCH = 32;

    private final StructureRecipe recipe;
    private final Path file;

    StructureTraining(StructureRecipe recipe, Path file) {
        this.recipe = recipe;
        this.file = file;
    }

    /** Trains to the end and returns the weights' file. */
    Path run(boolean resume, TrainingListener listener) throws IOException {
        TrainingData.Opened data = recipe.data().open(Preparation.progress());
        long seed = recipe.training().seed();
        PairSource pairs = new WildPairs(data.training(), data.scenery(), recipe.views(), seed);
        PairSource others = new WildPairs(data.heldOut(), data.heldOutScenery(), recipe.views(), ~seed);
        Prefetched<StructureBatch> ahead = new Prefetched<>(step -> {
            List<StructureSample> samples = samples(pairs, step * recipe.batch(), recipe.batch());
            StructureSampleSource made = i -> samples.get((int) (i - step * recipe.batch()));
            return SampleBatches.training(made, recipe.network(), recipe.batch(), seed)
                    .batch(step);
        });
        try (Kernels kernels = TrainingKernels.open(recipe.precision());
                StructureNet net = new StructureNet(new SplittableRandom(seed), recipe.network())) {
            StructureNetObjective objective =
                    new StructureNetObjective(net, ahead::batch, recipe.training(), heldOut(others), kernels);
            ProvenObjective proven = ProvenObjective.of(objective, "structure", file, pairs.fingerprint(), seed);
            new Trainer(proven, recipe.trainer(), kernels, recipe.out()).run(resume, listener);
        }
        return Trainer.weights(recipe.out());
    }

    private List<StructureBatch> heldOut(PairSource pairs) {
        int n = Math.min(VALIDATION_SAMPLES, pairs.garments()) / VALIDATION_BATCH;
        SampleBatches batches = SampleBatches.plain(i -> sample(pairs.pair(i)), recipe.network(), VALIDATION_BATCH);
        List<StructureBatch> out = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            out.add(batches.batch(i));
        }
        return out;
    }

    private static List<StructureSample> samples(PairSource pairs, long from, int count) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> sample(pairs.pair(from + i)))
                .toList();
    }

    private static StructureSample sample(GarmentPair pair) {
        return new StructureSample(
                pair.wild(), pair.garmentInPhoto(), pair.standard(), pair.silhouette(), pair.attributes());
    }
}
