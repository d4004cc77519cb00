package org.ragdiff.retrieval.structurenet;

import java.util.Objects;

/**
 * What an {@link AppearanceNet} is trained towards.
 *
 * @param seed of attribute dropout
 * @param loss which contrastive loss
 * @param hardNegatives entries of the database of all training garments that each photo is told apart from beside
 *     those of its batch: the most similar ones; 0 for none
 * @param refreshEvery steps between embeddings of that database; checkpoints have to lie at multiples of it
 * @param part rows computed together, see {@link CachedGradients}; at least the batch for all at once
 * @param allAttributesDropout probability that a photo's attributes are all withheld
 * @param attributeDropout probability that each is withheld otherwise
 */
public record AppearanceTrainingOptions(
        long seed,
        Loss loss,
        int hardNegatives,
        int refreshEvery,
        int part,
        double allAttributesDropout,
        double attributeDropout) {
    /** Contrastive losses. */
    public enum Loss {
        /** {@link ContrastiveLoss}. */
        INFO_NCE,
        /** {@link SigmoidLoss}. */
        SIGLIP
    }

    public AppearanceTrainingOptions {
        Objects.requireNonNull(loss, "loss");
        if (hardNegatives < 0 || refreshEvery < 1 || part < 1) {
            throw new IllegalArgumentException(
                    "hardNegatives must be at least 0, refreshEvery and part at least 1, got " + hardNegatives + ", "
                            + refreshEvery + " and " + part);
        }
        share("allAttributesDropout", allAttributesDropout);
        share("attributeDropout", attributeDropout);
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
    }
}
