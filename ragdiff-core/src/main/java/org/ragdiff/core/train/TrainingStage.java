package org.ragdiff.core.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.nn.NamePattern;

/**
 * A part of a training in which some parameters are trained and the others stay as they are, to the bit. It begins with
 * the weights that the part before it ends with; moments, averages, warm-up and schedule begin anew, while steps, and
 * with them batches and noise, are counted on.
 *
 * @param steps of the optimiser, at least 1
 * @param learningRate peak rate; null for that of the whole training
 * @param train {@link NamePattern}s of the parameters that are trained, all if left out
 */
public record TrainingStage(
        long steps,
        @JsonProperty(defaultValue = "null") Double learningRate,
        @JsonProperty(defaultValue = "[\"*\"]") List<String> train) {
    private static final String ALL = "*";

    public TrainingStage {
        if (steps < 1) {
            throw new IllegalArgumentException("a stage has " + steps + " steps, expected at least 1");
        }
        if (learningRate != null && !(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "learningRate of a stage is " + learningRate + ", expected a positive number");
        }
        train = List.copyOf(train);
        if (train.isEmpty()) {
            throw new IllegalArgumentException("train of a stage is empty, expected patterns of names, or no such key");
        }
        train.forEach(NamePattern::of);
    }

    /** Trains all at the common rate. */
    public static TrainingStage ofAll(long steps) {
        return new TrainingStage(steps, null, List.of(ALL));
    }

    /** What is trained, at the rate, before a group that freezes the rest. */
    List<ParameterGroup> groups(double rate) {
        List<ParameterGroup> groups = new ArrayList<>();
        train.forEach(pattern -> groups.add(ParameterGroup.rate(pattern, rate)));
        if (!train.contains(ALL)) {
            groups.add(ParameterGroup.frozen(ALL));
        }
        return groups;
    }

    /** Such as {@code 300 steps of conv_in.*, conv_out.* at 0.001}. */
    @Override
    public String toString() {
        return steps + " steps of " + String.join(", ", train) + (learningRate == null ? "" : " at " + learningRate);
    }
}
