package org.ragdiff.core.train;

/**
 * How to optimise.
 *
 * @param steps optimiser steps in all
 * @param learningRate peak rate
 * @param warmupSteps linear warm-up from 0
 * @param schedule what follows the warm-up
 * @param beta1 first moment's decay
 * @param beta2 second moment's decay
 * @param weightDecay decoupled; only for matrices and kernels, not for biases and norms
 * @param maxGradientNorm global L2 norm above which gradients are scaled down; 0 for never
 * @param emaDecay decay of the averaged weights, below 1; 0 for none
 * @param logEvery steps between lines of the log
 * @param checkpointEvery steps between checkpoints
 * @param validateEvery steps between validations; 0 for never
 * @param checkpointing whether activations are computed again in the backward pass instead of kept: more time for
 *     less memory, and the same weights to the bit
 */
public record TrainerOptions(
        long steps,
        double learningRate,
        long warmupSteps,
        Schedule schedule,
        double beta1,
        double beta2,
        double weightDecay,
        double maxGradientNorm,
        double emaDecay,
        int logEvery,
        int checkpointEvery,
        int validateEvery,
        boolean checkpointing) {
    public TrainerOptions {
        require(steps > 0, "steps", steps, "at least 1");
        require(learningRate > 0, "learningRate", learningRate, "positive");
        require(warmupSteps >= 0, "warmupSteps", warmupSteps, "at least 0");
        require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "in [0, 1)");
        require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "in [0, 1)");
        require(weightDecay >= 0, "weightDecay", weightDecay, "at least 0");
        require(maxGradientNorm >= 0, "maxGradientNorm", maxGradientNorm, "at least 0");
        require(emaDecay >= 0 && emaDecay < 1, "emaDecay", emaDecay, "in [0, 1)");
        require(logEvery > 0, "logEvery", logEvery, "at least 1");
        require(checkpointEvery > 0, "checkpointEvery", checkpointEvery, "at least 1");
        require(validateEvery >= 0, "validateEvery", validateEvery, "at least 0");
    }

    private static void require(boolean holds, String name, double value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
        }
    }

    /** Cosine schedule, clipping at 1, EMA of 0.999. */
    public static TrainerOptions defaults(long steps, double learningRate) {
        return new TrainerOptions(
                steps,
                learningRate,
                Math.min(200, steps / 10),
                Schedule.COSINE,
                0.9,
                0.99,
                0.01,
                1,
                0.999,
                20,
                500,
                0,
                false);
    }

    public TrainerOptions withCheckpointing(boolean recompute) {
        return new TrainerOptions(
                steps,
                learningRate,
                warmupSteps,
                schedule,
                beta1,
                beta2,
                weightDecay,
                maxGradientNorm,
                emaDecay,
                logEvery,
                checkpointEvery,
                validateEvery,
                recompute);
    }

    /** What results depend on: a run goes on from a checkpoint only if this is the same. */
    String identity() {
        String all = toString();
        return all.substring(0, all.indexOf(", checkpointing=")) + "]";
    }

    /** The rate of a step, counted from 0. */
    public double rate(long step) {
        if (step < warmupSteps) {
            return learningRate * (step + 1) / warmupSteps;
        }
        double progress = (double) (step - warmupSteps) / Math.max(1, steps - warmupSteps);
        return switch (schedule) {
            case CONSTANT -> learningRate;
            case LINEAR -> learningRate * (1 - progress);
            case COSINE -> learningRate * (0.02 + 0.98 * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress))));
        };
    }

    /** Course of the learning rate after the warm-up; COSINE ends at 2 % of the peak. */
    public enum Schedule {
        CONSTANT,
        LINEAR,
        COSINE
    }
}
