package org.ragdiff.cli.train;

import java.util.Map;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.unet.DenoisingUnet;
import org.ragdiff.diffusion.unet.DiffusionBatchSource;
import org.ragdiff.diffusion.unet.DiffusionObjective;
import org.ragdiff.diffusion.unet.DiffusionTrainingOptions;

/**
 * The denoiser's mean squared error on held-out pairs with all conditions given, at samples, noise and timesteps that
 * are the same at every call: what a training has to bring down. Immutable.
 */
final class HeldOutLoss {
    private static final int BATCH = 8;
    private static final int BATCHES = 12;
    private static final long SEED = 7;

    private final DiffusionBatchSource heldOut;
    private final ScheduleConfig schedule;

    /** @param heldOut batches of held-out pairs, functions of seed and step */
    HeldOutLoss(DiffusionBatchSource heldOut, ScheduleConfig schedule) {
        this.heldOut = heldOut;
        this.schedule = schedule;
    }

    /** With the network's present weights. */
    double of(DenoisingUnet unet, Kernels kernels) {
        DiffusionTrainingOptions options = DiffusionTrainingOptions.defaults()
                .withBatch(BATCH)
                .withDropout(0, 0, 0, 0)
                .withSeed(SEED);
        DiffusionObjective objective = new DiffusionObjective(unet, heldOut, schedule, options, Map.of());
        double sum = 0;
        try (TensorPool pool = new TensorPool()) {
            for (int step = 0; step < BATCHES; step++) {
                try (Tape tape = Tape.inference(kernels, pool)) {
                    sum += HostArrays.read(
                            objective.loss(tape, step, new Metrics()).value())[0];
                }
            }
        }
        return sum / BATCHES;
    }
}
