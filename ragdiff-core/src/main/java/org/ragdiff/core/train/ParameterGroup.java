package org.ragdiff.core.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collection;
import org.ragdiff.core.nn.NamePattern;

/**
 * Parameters that are trained in a way of their own.
 *
 * @param match a {@link NamePattern} of their names, such as {@code *.attn1.*}
 * @param learningRate their peak rate, with the warm-up and schedule of the others; null for the common one
 * @param frozen whether they stay as they are, to the bit: no gradient and nothing of the optimiser is kept for them
 */
public record ParameterGroup(
        String match,
        @JsonProperty(defaultValue = "null") Double learningRate,
        @JsonProperty(defaultValue = "false") boolean frozen) {
    public ParameterGroup {
        NamePattern.of(match);
        if (learningRate != null && !(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "learningRate of the group " + match + " is " + learningRate + ", expected a positive number");
        }
        if (frozen == (learningRate != null)) {
            throw new IllegalArgumentException("the group " + match + " needs either a learningRate or frozen: true");
        }
    }

    public static ParameterGroup frozen(String match) {
        return new ParameterGroup(match, null, true);
    }

    public static ParameterGroup rate(String match, double learningRate) {
        return new ParameterGroup(match, learningRate, false);
    }

    boolean fits(String parameter) {
        return NamePattern.of(match).matches(parameter);
    }

    /** @throws IllegalArgumentException that lists close names if none fits */
    void requireFit(Collection<String> parameters) {
        NamePattern.of(match).requireMatch("a group or stage of the trainer", parameters);
    }
}
