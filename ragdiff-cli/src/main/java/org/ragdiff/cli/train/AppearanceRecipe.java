package org.ragdiff.cli.train;

import java.nio.file.Path;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.retrieval.structurenet.AppearanceConfig;
import org.ragdiff.retrieval.structurenet.AppearanceTrainingOptions;

/**
 * How a StructureNet's appearance part is trained.
 *
 * @param data garments
 * @param out folder of checkpoints, log and weights
 * @param structure weights of a StructureNet, which stay as they are
 * @param precision of matrix products and convolutions
 * @param batch pairs a step
 * @param views how hard the made photos are
 * @param network shape of the part
 * @param training objective
 * @param trainer optimisation
 */
record AppearanceRecipe(
        TrainingData data,
        Path out,
        Path structure,
        Precision precision,
        int batch,
        WildViewOptions views,
        AppearanceConfig network,
        AppearanceTrainingOptions training,
        TrainerOptions trainer) {
    AppearanceRecipe {
        long losses = (long) trainer.checkpointEvery() * trainer.accumulate();
        if (losses % training.refreshEvery() != 0) {
            throw new IllegalArgumentException("trainer.checkpointEvery (times accumulate) must be a multiple of"
                    + " training.refreshEvery, so that a resumed run goes on as one that was not stopped; got " + losses
                    + " and " + training.refreshEvery());
        }
    }
}
