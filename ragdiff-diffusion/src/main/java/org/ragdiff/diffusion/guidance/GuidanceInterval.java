package org.ragdiff.diffusion.guidance;

/**
 * The part of a run that is guided, in shares of the training time: 0 without noise, 1 pure noise. Outside of it one
 * prediction with all conditions is made (Kynkäänniemi et al. 2024, "Applying Guidance in a Limited Interval Improves
 * Sample and Distribution Quality").
 *
 * @param from least share that is guided
 * @param to largest share that is guided
 */
public record GuidanceInterval(double from, double to) {
    /** The whole run. */
    public static final GuidanceInterval ALL = new GuidanceInterval(0, 1);

    public GuidanceInterval {
        if (!(from >= 0 && from <= to && to <= 1)) {
            throw new IllegalArgumentException(
                    "a guidance interval needs 0 <= from <= to <= 1, got " + from + " and " + to);
        }
    }

    /** Whether a timestep of a network trained on T timesteps is guided. */
    public boolean contains(double timestep, int trainSteps) {
        double share = timestep / (trainSteps - 1);
        return equals(ALL) || share >= from && share <= to;
    }
}
