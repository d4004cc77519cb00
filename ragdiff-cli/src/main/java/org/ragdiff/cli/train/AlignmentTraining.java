package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.train.AlignmentPairs.Sample;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.data.pairs.MirroredGarments;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.diffusion.align.AlignmentBatch;
import org.ragdiff.diffusion.align.AlignmentNet;
import org.ragdiff.diffusion.align.AlignmentObjective;
import org.ragdiff.diffusion.align.AlignmentStart;
import org.ragdiff.diffusion.align.AlignmentTrainingOptions;

/** Trains an alignment network on made photos of standard garments and their mirror images. */
final class AlignmentTraining {
    private static final int VALIDATION_PHOTOS = 128;
    private static final int KEPT_PHOTOS = 4096;

    private final AlignmentRecipe recipe;
    private final Path file;

    AlignmentTraining(AlignmentRecipe recipe, Path file) {
        this.recipe = recipe;
        this.file = file;
    }

    /** Trains to the end and returns the weights' file. */
    Path run(boolean resume, TrainingListener listener) throws IOException {
        TrainingData.Opened data = recipe.data().open(Preparation.progress());
        long seed = recipe.training().seed();
        int cells = recipe.network().cells();
        PairSource pairs = new WildPairs(
                new MirroredGarments(data.training()), data.scenery(), recipe.views(), seed, recipe.dyed());
        Repeated<Sample> samples =
                new Repeated<>(i -> AlignmentPairs.sample(pairs.pair(i), cells), KEPT_PHOTOS, recipe.repeats(), seed);
        PairSource others = new WildPairs(data.heldOut(), data.heldOutScenery(), recipe.views(), ~seed);
        AlignmentBatch heldOut = batch(
                Math.min(VALIDATION_PHOTOS, others.garments()), i -> AlignmentPairs.sample(others.pair(i), cells));
        List<AlignmentNet> nets = new ArrayList<>();
        try (Kernels kernels = TrainingKernels.open(recipe.precision())) {
            List<ProvenObjective> replicas = new ArrayList<>();
            for (int i = 0; i < recipe.replicas(); i++) {
                nets.add(start());
                AlignmentObjective objective = new AlignmentObjective(
                        nets.get(i), source(samples, i), part(), kernels, i == 0 ? heldOut : null);
                replicas.add(ProvenObjective.of(objective, provenance(pairs.fingerprint()))
                        .withSamples(part().batch()));
            }
            new Trainer(replicas, recipe.trainer(), kernels, recipe.out()).run(resume, listener);
        } finally {
            nets.forEach(AlignmentNet::close);
        }
        return Trainer.weights(recipe.out());
    }

    /** New weights, or those of {@code start}; closed by the caller. */
    private AlignmentNet start() throws IOException {
        AlignmentNet net =
                new AlignmentNet(new SplittableRandom(recipe.training().seed()), recipe.network());
        if (recipe.start() != null) {
            try {
                AlignmentStart.load(net, recipe.start());
            } catch (IllegalArgumentException e) {
                net.close();
                throw new BadInputException(e.getMessage(), e);
            } catch (IOException | RuntimeException e) {
                net.close();
                throw e;
            }
        }
        return net;
    }

    private Provenance provenance(String data) throws IOException {
        Provenance out = ProvenObjective.provenance(
                "alignment", file, data, recipe.training().seed());
        return recipe.start() == null ? out : out.withWeights("start", Sha256.of(recipe.start()));
    }

    private AlignmentTrainingOptions part() {
        return recipe.training().withBatch(recipe.training().batch() / recipe.replicas());
    }

    /** The pairs that follow each other, dealt out to the replicas. */
    private AlignmentBatch.Source source(Repeated<Sample> samples, int replica) {
        int batch = part().batch();
        Prefetched<AlignmentBatch> ahead = new Prefetched<>(
                step -> batch(batch, i -> samples.get((step * recipe.replicas() + replica) * batch + i)));
        return (seed, step, size) -> ahead.batch(step);
    }

    /** Made in parallel. */
    private static AlignmentBatch batch(int count, LongFunction<Sample> samples) {
        return AlignmentPairs.batch(
                LongStream.range(0, count).parallel().mapToObj(samples).toArray(Sample[]::new));
    }
}
