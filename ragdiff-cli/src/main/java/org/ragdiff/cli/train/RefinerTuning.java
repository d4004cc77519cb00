package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainingKernels;
import org.ragdiff.diffusion.refine.RefinerBatch;
import org.ragdiff.diffusion.refine.RefinerNet;
import org.ragdiff.diffusion.refine.RefinerObjective;
import org.ragdiff.diffusion.refine.RefinerWeights;

/**
 * Trains a model's refiner further on a user's pairs: a result has its landmark's outline, so that a denoiser which has
 * learned a new kind of garment is not enough.
 */
final class RefinerTuning {
    private static final int HELD_OUT_BATCH = 16;
    private static final double DYED = 0.7;

    private final Path start;
    private final Path work;
    private final FineTuneOptions options;

    /**
     * @param start weights
     * @param work folder of log and checkpoint, made if missing
     */
    RefinerTuning(Path start, Path work, FineTuneOptions options) {
        this.start = start;
        this.work = work;
        this.options = options;
    }

    /**
     * What came of it.
     *
     * @param weights the fine-tuned refiner's
     * @param before mean IoU of the held-out pairs' landmarks as the refiner that it started from corrects them
     * @param after likewise, as the fine-tuned one does
     */
    record Outcome(Path weights, double before, double after) {
        boolean improved() {
            return after > before;
        }

        /** IoU of the refiner that the model keeps. */
        double kept() {
            return Math.max(before, after);
        }
    }

    Outcome run(FineTuneFeatures.Landmarks landmarks, Provenance provenance, boolean resume) throws IOException {
        Files.createDirectories(work);
        List<RefinerBatch> heldOut = landmarks.heldOut().all(HELD_OUT_BATCH);
        RefinerBatch.Source batches = landmarks.training().random(DYED, 0, 1);
        try (Kernels kernels = TrainingKernels.open(Kernels.Precision.F32)) {
            double before;
            try (RefinerNet net = RefinerWeights.net(start);
                    ProgressLine line = ProgressLine.start(
                            "Landmarks", options.refinerTrainer().steps())) {
                RefinerObjective objective = new RefinerObjective(net, batches, options.refiner(), kernels, heldOut);
                before = iou(objective);
                new Trainer(ProvenObjective.of(objective, provenance), options.refinerTrainer(), kernels, work)
                        .run(resume, (step, figures) -> line.stepTo(step));
            }
            Path weights = Trainer.weights(work);
            try (RefinerNet net = RefinerWeights.net(weights)) {
                return new Outcome(
                        weights, before, iou(new RefinerObjective(net, batches, options.refiner(), kernels, heldOut)));
            }
        }
    }

    private static double iou(RefinerObjective objective) {
        Metrics metrics = new Metrics();
        objective.validate(0, metrics);
        return metrics.asMap().get(RefinerObjective.HELD_OUT_IOU);
    }
}
