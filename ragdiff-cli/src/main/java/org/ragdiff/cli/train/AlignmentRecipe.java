package org.ragdiff.cli.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.diffusion.align.AlignmentConfig;
import org.ragdiff.diffusion.align.AlignmentTrainingOptions;

/**
 * How the network that aligns photos is trained.
 *
 * @param data garments
 * @param out folder of checkpoints, log and weights
 * @param precision of matrix products and convolutions
 * @param replicas networks that share each batch, on a thread each; 1 leaves threads to the operations
 * @param repeats how often each made photo is shown; photos are dearer to make than to learn from
 * @param dyed share of made photos that show their garment in another colour
 * @param views how hard the made photos are; their side is the network's
 * @param network shape
 * @param training objective
 * @param trainer optimisation
 * @param start weights to start from, see {@link org.ragdiff.diffusion.align.AlignmentStart}; may be left out
 */
record AlignmentRecipe(
        TrainingData data,
        Path out,
        Precision precision,
        int replicas,
        int repeats,
        double dyed,
        WildViewOptions views,
        AlignmentConfig network,
        AlignmentTrainingOptions training,
        TrainerOptions trainer,
        @JsonProperty(defaultValue = "null") Path start) {
    AlignmentRecipe {
        if (replicas < 1 || training.batch() % replicas != 0) {
            throw new IllegalArgumentException(
                    "replicas must divide the batch of " + training.batch() + ", got " + replicas);
        }
        if (views.side() != network.side()) {
            throw new IllegalArgumentException("views.side is " + views.side() + ", but network.side is "
                    + network.side() + "; the network is trained on photos of its own side");
        }
    }
}
