package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.MirroredGarments;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.diffusion.vae.StandardImages;
import org.ragdiff.diffusion.vae.Vae;
import org.ragdiff.diffusion.vae.VaeObjective;

/** Trains a VAE on standard images and made photos. */
final class VaeTraining {
    private static final int VALIDATION_IMAGES = 64;

    private final VaeRecipe recipe;
    private final Path file;

    VaeTraining(VaeRecipe recipe, Path file) {
        this.recipe = recipe;
        this.file = file;
    }

    /** Trains to the end and returns the weights' file. */
    Path run(boolean resume, TrainingListener listener) throws IOException {
        TrainingData.Opened data = recipe.data().open(Preparation.progress());
        GarmentStore garments = new MirroredGarments(data.own().garments());
        WildViewOptions views =
                WildViewOptions.defaults().withSide(recipe.data().side());
        PairSource pairs = data.own().mirroredPairs(views, recipe.training().seed());
        StandardImages images = new VaeImages(garments, pairs, recipe.wildShare());
        try (Kernels kernels = TrainingKernels.open(recipe.precision());
                Vae vae = new Vae(new SplittableRandom(recipe.training().seed()), recipe.network())) {
            VaeObjective objective =
                    new VaeObjective(vae, prefetched(images), recipe.training(), kernels, heldOut(data.heldOut()));
            ProvenObjective proven = ProvenObjective.of(
                    objective,
                    "vae",
                    file,
                    pairs.fingerprint(),
                    recipe.training().seed());
            new Trainer(proven, recipe.trainer(), kernels, recipe.out()).run(resume, listener);
        }
        return Trainer.weights(recipe.out());
    }

    private StandardImages prefetched(StandardImages images) {
        Prefetched<float[]> ahead = new Prefetched<>(step ->
                images.batch(recipe.training().seed(), step, recipe.training().batch()));
        return new StandardImages() {
            @Override
            public int side() {
                return images.side();
            }

            @Override
            public float[] batch(long seed, long step, int size) {
                boolean asTrained = seed == recipe.training().seed()
                        && size == recipe.training().batch();
                // Measuring the latents' scale reads far ahead; only the run itself goes step by step.
                return asTrained
                                && step
                                        < recipe.trainer().steps()
                                                * recipe.trainer().accumulate()
                        ? ahead.batch(step)
                        : images.batch(seed, step, size);
            }
        };
    }

    private static float[] heldOut(GarmentStore garments) {
        int n = Math.min(VALIDATION_IMAGES, garments.size());
        int each = 3 * garments.side() * garments.side();
        float[] out = new float[n * each];
        for (int i = 0; i < n; i++) {
            VaeImages.write(garments.get((int) ((long) i * garments.size() / n)).standard(), out, i * each);
        }
        return out;
    }
}
