package org.ragdiff.cli.train;

import java.nio.file.Path;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.diffusion.vae.VaeConfig;
import org.ragdiff.diffusion.vae.VaeTrainingOptions;

/**
 * How a VAE is trained.
 *
 * @param data garments
 * @param out folder of checkpoints, log and weights
 * @param precision of matrix products and convolutions
 * @param wildShare share of the images that are made photos: the reference path encodes photos too
 * @param network shape
 * @param training objective
 * @param trainer optimisation
 */
record VaeRecipe(
        TrainingData data,
        Path out,
        Precision precision,
        double wildShare,
        VaeConfig network,
        VaeTrainingOptions training,
        TrainerOptions trainer) {}
