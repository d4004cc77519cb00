package org.ragdiff.diffusion.guidance;

import java.util.Objects;

/**
 * How conditions steer a run.
 *
 * @param scales how much each counts, and how much contrast is taken back
 * @param interval part of the run that is guided
 * @param projection of what guidance adds
 */
public record Guidance(GuidanceScales scales, GuidanceInterval interval, GuidanceProjection projection) {
    public Guidance {
        Objects.requireNonNull(scales, "scales");
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(projection, "projection");
    }

    /** Classifier-free guidance all along. */
    public static Guidance of(GuidanceScales scales) {
        return new Guidance(scales, GuidanceInterval.ALL, GuidanceProjection.NONE);
    }

    public static Guidance defaults() {
        return of(GuidanceScales.defaults());
    }

    public Guidance withScales(GuidanceScales newScales) {
        return new Guidance(newScales, interval, projection);
    }

    public Guidance withInterval(GuidanceInterval newInterval) {
        return new Guidance(scales, newInterval, projection);
    }

    public Guidance withProjection(GuidanceProjection newProjection) {
        return new Guidance(scales, interval, newProjection);
    }
}
