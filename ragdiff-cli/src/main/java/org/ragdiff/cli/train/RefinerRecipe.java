package org.ragdiff.cli.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.nio.file.Path;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.diffusion.pipeline.SilhouetteFusion;
import org.ragdiff.diffusion.refine.RefinerConfig;
import org.ragdiff.diffusion.refine.RefinerTrainingOptions;

/**
 * How the network that corrects landmarks is trained.
 *
 * @param data garments
 * @param out folder of checkpoints, log, features and weights
 * @param precision of matrix products and convolutions
 * @param structure weights of the StructureNet that asks the database
 * @param alignment weights of the network that aligns photos
 * @param secondLook weights of the network that looks at photos again; null for one look
 * @param silhouetteFusion the aligned photo's share in the field that the database is asked with
 * @param aggregator what fuses the neighbours, by name
 * @param replicas networks that share each batch, on a thread each; 1 leaves threads to the operations
 * @param turns made photos of each garment and of its mirror image
 * @param dyed share of samples that show their garment in another colour
 * @param views how hard the made photos are
 * @param network shape
 * @param training objective
 * @param trainer optimisation
 */
record RefinerRecipe(
        TrainingData data,
        Path out,
        Precision precision,
        Path structure,
        Path alignment,
        @JsonProperty(defaultValue = "null") @JsonSetter(nulls = Nulls.SET) Path secondLook,
        double silhouetteFusion,
        String aggregator,
        int replicas,
        int turns,
        double dyed,
        WildViewOptions views,
        RefinerConfig network,
        RefinerTrainingOptions training,
        TrainerOptions trainer) {
    RefinerRecipe {
        // Refuses a share out of range here, before anything is computed.
        new SilhouetteFusion(silhouetteFusion);
        if (replicas < 1 || training.batch() % replicas != 0) {
            throw new IllegalArgumentException(
                    "replicas must divide the batch of " + training.batch() + ", got " + replicas);
        }
        if (!(dyed >= 0 && dyed <= 1)) {
            throw new IllegalArgumentException("dyed must be in [0, 1], got " + dyed);
        }
        if (turns < 1 || turns > 64) {
            throw new IllegalArgumentException("turns must be in 1..64, got " + turns);
        }
    }
}
