package org.ragdiff.eval.stat;

/** What a seed stands for where several seeds measure the same garments. */
public enum SeedFactor {
    /**
     * Each garment has noise of its own under each seed, as in sampling: seeds are repetitions within a garment,
     * and garments, with all their repetitions, are the independent units.
     */
    NESTED,
    /**
     * A seed moves all garments together, as that of a training run does: garments and seeds are both drawn, and
     * few seeds carry little evidence however many garments there are.
     */
    CROSSED
}
