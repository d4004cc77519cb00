package org.ragdiff.core.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How to optimise. Components with a default value may be left out where options are read from a file.
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
 * @param accumulate losses whose gradients are averaged in one step, each of a batch of its own: a batch as many
 *     times as large in the memory of one
 * @param checkpointMinutes a checkpoint is also written once so many minutes have passed since the last one, at the
 *     end of the running step; 0 for never
 * @param groups parameters that have a learning rate of their own or stay as they are; of several that fit a
 *     parameter the first counts
 * @param stages parts of the training that differ in what is trained, in place of groups; their steps add up to all
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
        boolean checkpointing,
        @JsonProperty(defaultValue = "1") int accumulate,
        @JsonProperty(defaultValue = "2") double checkpointMinutes,
        @JsonProperty(defaultValue = "[]") List<ParameterGroup> groups,
        @JsonProperty(defaultValue = "[]") List<TrainingStage> stages) {
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
        require(accumulate >= 1 && accumulate <= 4096, "accumulate", accumulate, "in 1..4096");
        require(checkpointMinutes >= 0, "checkpointMinutes", checkpointMinutes, "at least 0");
        groups = List.copyOf(groups);
        stages = List.copyOf(stages);
        if (!stages.isEmpty()) {
            requireStages(steps, groups, stages);
        }
    }

    private static void requireStages(long steps, List<ParameterGroup> groups, List<TrainingStage> stages) {
        long all = stages.stream().mapToLong(TrainingStage::steps).sum();
        if (all != steps) {
            throw new IllegalArgumentException("the stages have " + all + " steps in all, expected steps, " + steps);
        }
        if (!groups.isEmpty()) {
            throw new IllegalArgumentException("groups and stages are both given: say in stages what is trained");
        }
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
                false,
                1,
                2,
                List.of(),
                List.of());
    }

    public TrainerOptions withCheckpointing(boolean recompute) {
        return with(validateEvery, recompute, accumulate, checkpointMinutes, groups);
    }

    public TrainerOptions withValidateEvery(int steps) {
        return with(steps, checkpointing, accumulate, checkpointMinutes, groups);
    }

    public TrainerOptions withAccumulate(int losses) {
        return with(validateEvery, checkpointing, losses, checkpointMinutes, groups);
    }

    public TrainerOptions withCheckpointMinutes(double minutes) {
        return with(validateEvery, checkpointing, accumulate, minutes, groups);
    }

    public TrainerOptions withGroups(List<ParameterGroup> newGroups) {
        return with(validateEvery, checkpointing, accumulate, checkpointMinutes, newGroups);
    }

    /** @param newStages whose steps add up to those of this */
    public TrainerOptions withStages(List<TrainingStage> newStages) {
        return with(
                steps, learningRate, validateEvery, checkpointing, accumulate, checkpointMinutes, groups, newStages);
    }

    /** How each stage is trained, as a training of its own; these options alone if there are no stages. */
    List<TrainerOptions> inStages() {
        return stages.isEmpty() ? List.of(this) : stages.stream().map(this::of).toList();
    }

    private TrainerOptions of(TrainingStage stage) {
        double rate = stage.learningRate() == null ? learningRate : stage.learningRate();
        return with(
                stage.steps(),
                rate,
                validateEvery,
                checkpointing,
                accumulate,
                checkpointMinutes,
                stage.groups(rate),
                List.of());
    }

    /**
     * Checks groups and stages before anything is trained.
     *
     * @param parameters names of all that could be trained
     * @throws IllegalArgumentException if a pattern fits none of them, with close names
     */
    public void requireFit(Collection<String> parameters) {
        inStages().forEach(stage -> stage.groups().forEach(g -> g.requireFit(parameters)));
    }

    private TrainerOptions with(
            int newValidateEvery,
            boolean newCheckpointing,
            int newAccumulate,
            double newCheckpointMinutes,
            List<ParameterGroup> newGroups) {
        return with(
                steps,
                learningRate,
                newValidateEvery,
                newCheckpointing,
                newAccumulate,
                newCheckpointMinutes,
                newGroups,
                stages);
    }

    private TrainerOptions with(
            long newSteps,
            double newLearningRate,
            int newValidateEvery,
            boolean newCheckpointing,
            int newAccumulate,
            double newCheckpointMinutes,
            List<ParameterGroup> newGroups,
            List<TrainingStage> newStages) {
        return new TrainerOptions(
                newSteps,
                newLearningRate,
                warmupSteps,
                schedule,
                beta1,
                beta2,
                weightDecay,
                maxGradientNorm,
                emaDecay,
                logEvery,
                checkpointEvery,
                newValidateEvery,
                newCheckpointing,
                newAccumulate,
                newCheckpointMinutes,
                newGroups,
                newStages);
    }

    /**
     * What results depend on: a run goes on from a checkpoint only if this is the same. What came later is left out
     * where it has its default, so that checkpoints stay valid.
     */
    String identity() {
        String all = toString();
        return all.substring(0, all.indexOf(", checkpointing="))
                + (accumulate == 1 ? "" : ", accumulate=" + accumulate)
                + (groups.isEmpty() ? "" : ", groups=" + groups)
                + (stages.isEmpty() ? "" : ", stages=" + stages)
                + "]";
    }

    /** The first group that fits a parameter. */
    Optional<ParameterGroup> group(String parameter) {
        return groups.stream().filter(g -> g.fits(parameter)).findFirst();
    }

    /** The factor on {@link #rate} for a parameter. */
    double rateFactor(String parameter) {
        return group(parameter).map(ParameterGroup::learningRate).orElse(learningRate) / learningRate;
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
