package org.ragdiff.diffusion.unet;

import java.util.List;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.diffusion.StepRandom;

/** The loss on held-out samples at timesteps and with noise that are the same every time. */
final class DiffusionValidation {
    private static final int QUARTERS = 4;
    private static final int NOISE = 5;

    private final List<DiffusionBatch> batches;
    private final int steps;
    private final Kernels kernels;

    /** @param steps of the noise schedule */
    DiffusionValidation(List<DiffusionBatch> batches, int steps, Kernels kernels) {
        if (batches.isEmpty()) {
            throw new IllegalArgumentException("validation needs at least one batch of held-out samples");
        }
        this.batches = List.copyOf(batches);
        this.steps = steps;
        this.kernels = kernels;
    }

    /** Each sample at one timestep of each quarter, the samples spread evenly over it. */
    void measure(DiffusionObjective objective, Metrics metrics) {
        int all = batches.stream().mapToInt(DiffusionBatch::size).sum();
        double total = 0;
        double[] quarters = new double[QUARTERS];
        try (TensorPool pool = new TensorPool()) {
            for (int q = 0; q < QUARTERS; q++) {
                int first = 0;
                for (DiffusionBatch batch : batches) {
                    quarters[q] += batch.size() * error(objective, batch, q, first, all, pool) / all;
                    first += batch.size();
                }
                total += quarters[q] / QUARTERS;
            }
        }
        metrics.put("heldOutLoss", total);
        for (int q = 0; q < QUARTERS; q++) {
            metrics.put("heldOutLossQuarter" + (q + 1), quarters[q]);
        }
    }

    private double error(
            DiffusionObjective objective, DiffusionBatch batch, int quarter, int first, int all, TensorPool pool) {
        int n = batch.size();
        int[] timesteps = new int[n];
        for (int i = 0; i < n; i++) {
            timesteps[i] = (int) ((quarter + (first + i + 0.5) / all) / QUARTERS * steps);
        }
        float[] noise = StepRandom.normals(StepRandom.of(quarter, first, NOISE), batch.standard().length);
        DiffusionObjective.Drawn drawn = objective.noised(batch, ConditionDropout.none(n), noise, timesteps);
        try (Tape tape = Tape.inference(kernels, pool)) {
            float[] predicted = HostArrays.read(objective.predict(tape, drawn).value());
            double sum = 0;
            for (int i = 0; i < predicted.length; i++) {
                double d = predicted[i] - drawn.target()[i];
                sum += d * d;
            }
            return sum / predicted.length;
        }
    }
}
