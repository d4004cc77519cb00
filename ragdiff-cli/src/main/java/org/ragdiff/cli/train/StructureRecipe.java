package org.ragdiff.cli.train;

import java.nio.file.Path;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.retrieval.structurenet.StructureNetConfig;
import org.ragdiff.retrieval.structurenet.StructureNetTrainingOptions;

/**
 * How a StructureNet is trained.
 *
 * @param data garments
 * @param out folder of checkpoints, log and weights
 * @param precision of matrix products and convolutions
 * @param batch pairs a step
 * @param views how hard the made photos are
 * @param network shape
 * @param training objective
 * @param trainer optimisation
 */
record StructureRecipe(
        TrainingData data,
        Path out,
        Precision precision,
        int batch,
        WildViewOptions views,
        StructureNetConfig network,
        StructureNetTrainingOptions training,
        TrainerOptions trainer) {}
