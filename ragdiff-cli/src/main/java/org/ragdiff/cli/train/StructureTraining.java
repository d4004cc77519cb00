package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.retrieval.structurenet.SampleBatches;
import org.ragdiff.retrieval.structurenet.StructureBatch;
import org.ragdiff.retrieval.structurenet.StructureNet;
import org.ragdiff.retrieval.structurenet.StructureNetObjective;
import org.ragdiff.retrieval.structurenet.StructureSample;
import org.ragdiff.retrieval.structurenet.StructureSampleSource;
import org.ragdiff.retrieval.structurenet.TowerConfig;

/** Trains a StructureNet on made photos of standard garments. */
final class StructureTraining {
    private final StructureRecipe recipe;
    private final Path file;

    StructureTraining(StructureRecipe recipe, Path file) {
        this.recipe = recipe;
        this.file = file;
    }

    /** Trains to the end and returns the weights' file. */
    Path run(boolean resume, TrainingListener listener) throws IOException {
        long seed = recipe.training().seed();
        try (Kernels kernels = TrainingKernels.open(recipe.precision());
                StructureNet net = StructureNet.begin(new SplittableRandom(seed), recipe.network())) {
            TrainingData.Opened data = recipe.data().open(Preparation.progress());
            PairSource pairs = data.own().pairs(recipe.views(), seed);
            PairSource others = data.others().pairs(recipe.views(), ~seed);
            Prefetched<StructureBatch> ahead = new Prefetched<>(step -> {
                List<StructureSample> samples = StructurePairs.samples(pairs, step * recipe.batch(), recipe.batch());
                StructureSampleSource made = i -> samples.get((int) (i - step * recipe.batch()));
                return SampleBatches.training(made, net.config(), recipe.batch(), seed)
                        .batch(step);
            });
            StructureNetObjective objective = new StructureNetObjective(
                    net, ahead::batch, recipe.training(), StructurePairs.heldOut(others, net.config()), kernels);
            ProvenObjective proven = ProvenObjective.of(objective, provenance(pairs.fingerprint()))
                    .withSamples(recipe.batch());
            new Trainer(proven, recipe.trainer(), kernels, recipe.out()).run(resume, listener);
        }
        return Trainer.weights(recipe.out());
    }

    /** @param data fingerprint of the garments */
    private Provenance provenance(String data) throws IOException {
        Provenance out = ProvenObjective.provenance(
                "structure", file, data, recipe.training().seed());
        return withTower(
                withTower(out, "wild", recipe.network().wild()),
                "standard",
                recipe.network().standard());
    }

    private static Provenance withTower(Provenance provenance, String name, TowerConfig tower) throws IOException {
        return tower.checkpoint() == null
                ? provenance
                : provenance.withWeights(
                        name, CheckpointFolder.fingerprint(tower.checkpoint().folder()));
    }
}
