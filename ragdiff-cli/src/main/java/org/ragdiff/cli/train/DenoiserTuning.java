package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.DiffusionBatch;
import org.ragdiff.diffusion.unet.DiffusionObjective;

/** Trains a model's denoiser further on a user's pairs. */
final class DenoiserTuning {
    private final FineTuneFeatures features;
    private final FineTuneOptions options;

    DenoiserTuning(FineTuneFeatures features, FineTuneOptions options) {
        this.features = features;
        this.options = options;
    }

    /**
     * @param model whose denoiser is trained
     * @param work folder of log and checkpoint
     * @return the weights' file
     */
    Path run(ModelFolder model, Path work, Provenance provenance, boolean resume, TrainingListener listener)
            throws IOException {
        try (Kernels kernels = TrainingKernels.open(Kernels.Precision.F32);
                DenoisingUnet unet = unet(model)) {
            Objective proven = ProvenObjective.of(objective(unet, model, kernels), provenance);
            new Trainer(proven, options.trainer(), kernels, work).run(resume, listener);
        }
        return Trainer.weights(work);
    }

    /** Of the model's denoiser on the held-out pairs. */
    double loss(ModelFolder model) throws IOException {
        Metrics metrics = new Metrics();
        try (DenoisingUnet unet = unet(model)) {
            objective(unet, model, model.kernels()).validate(0, metrics);
        }
        return metrics.asMap().get(HeldOutFigures.LOSS);
    }

    private DiffusionObjective objective(DenoisingUnet unet, ModelFolder model, Kernels kernels) {
        Prefetched<DiffusionBatch> ahead =
                new Prefetched<>(step -> features.training().batch(options.seed(), step, options.batch()));
        return new DiffusionObjective(
                        unet,
                        (seed, step, size) -> ahead.batch(step),
                        model.denoiser().schedule(),
                        options.training(),
                        features.parts())
                .withValidation(features.heldOut(), kernels);
    }

    private static DenoisingUnet unet(ModelFolder model) throws IOException {
        DenoisingUnet unet =
                new DenoisingUnet(new SplittableRandom(0), model.denoiser().config());
        try {
            StoredWeights.open(model.files().diffusion()).loadInto(unet);
            return unet;
        } catch (IOException | RuntimeException e) {
            unet.close();
            throw e;
        }
    }
}
