package org.ragdiff.core.plan;

/**
 * How a plan is made.
 *
 * @param releaseWeights whether constants that the plan keeps in a layout of its own are closed as soon as
 *     they are there, so that a large network is never in memory twice. The network that was recorded cannot be
 *     used otherwise afterwards; further plans of it, of the same provider, still can be compiled as long as this
 *     one is open. Providers that keep no weights of their own ignore it.
 */
public record PlanOptions(boolean releaseWeights) {
    /** Weights stay. */
    public static PlanOptions defaults() {
        return new PlanOptions(false);
    }

    public PlanOptions withReleaseWeights(boolean release) {
        return new PlanOptions(release);
    }
}
