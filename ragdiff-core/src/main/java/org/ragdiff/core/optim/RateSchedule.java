package org.ragdiff.core.optim;

import java.util.Locale;
import java.util.Objects;

/**
 * Course of a learning rate as in diffusers and transformers: linear from 0 over the warm-up, then one of the
 * {@link Shape}s. Immutable.
 *
 * @param warmupSteps at least 0
 * @param totalSteps at which the course ends; not read by constant shapes
 * @param cycles periods of the cosine: 0.5 falls once to 0; of the restarts: how often it begins again
 */
public record RateSchedule(Shape shape, long warmupSteps, long totalSteps, double cycles) {
    public RateSchedule {
        Objects.requireNonNull(shape, "shape");
        if (warmupSteps < 0 || totalSteps < 0) {
            throw new IllegalArgumentException(
                    "steps must be at least 0, got warmupSteps " + warmupSteps + " and totalSteps " + totalSteps);
        }
    }

    /** What follows the warm-up; diffusers' names in lower case. */
    public enum Shape {
        CONSTANT,
        CONSTANT_WITH_WARMUP,
        LINEAR,
        COSINE,
        COSINE_WITH_RESTARTS;

        /** @throws IllegalArgumentException if there is none of that name */
        public static Shape byName(String name) {
            for (Shape s : values()) {
                if (s.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return s;
                }
            }
            throw new IllegalArgumentException("no schedule of learning rates is called \"" + name + "\"");
        }

        /** The usual number of cycles. */
        public double defaultCycles() {
            return this == COSINE ? 0.5 : 1;
        }
    }

    /** Factor on the base rate at a step counted from 0. */
    public double factor(long step) {
        if (shape == Shape.CONSTANT) {
            return 1;
        }
        if (step < warmupSteps) {
            return (double) step / warmupSteps;
        }
        double progress = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
        return switch (shape) {
            case CONSTANT, CONSTANT_WITH_WARMUP -> 1;
            case LINEAR -> Math.max(0, 1 - progress);
            case COSINE -> Math.max(0, 0.5 * (1 + Math.cos(2 * Math.PI * cycles * progress)));
            case COSINE_WITH_RESTARTS -> progress >= 1 ? 0 : 0.5 * (1 + Math.cos(Math.PI * (cycles * progress % 1)));
        };
    }
}
