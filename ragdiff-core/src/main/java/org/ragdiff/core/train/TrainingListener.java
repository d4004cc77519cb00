package org.ragdiff.core.train;

import java.util.Map;

/** Watches a training run; called on the training thread. */
public interface TrainingListener {
    /** Does nothing. */
    TrainingListener NONE = (step, metrics) -> {};

    /**
     * After every logged step.
     *
     * @param step steps done
     * @param metrics loss, its parts, gradient norm, rate, seconds, images a second
     */
    void onLog(long step, Map<String, Double> metrics);

    /**
     * After every checkpoint by steps, its files and those of the log being complete; nothing by default.
     *
     * @param step steps done
     */
    default void onCheckpoint(long step) {}
}
