package org.ragdiff.retrieval.structurenet;

import java.util.Objects;

/**
 * What an {@link AppearanceNet} is trained towards.
 *
 * @param seed of attribute dropout
 * @param loss which contrastive loss
 * @param contrastiveWeight of that loss
 * @param colourWeight of the smooth-L1 of the decoded colours
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
        double contrastiveWeight,
        double colourWeight,
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
        atLeastZero("contrastiveWeight", contrastiveWeight);
        atLeastZero("colourWeight", colourWeight);
        atLeastZero("hardNegatives", hardNegatives);
        if (refreshEvery < 1 || part < 1) {
            throw new IllegalArgumentException(
                    "refreshEvery and part must be at least 1, got " + refreshEvery + " and " + part);
        }
        share("allAttributesDropout", allAttributesDropout);
        share("attributeDropout", attributeDropout);
    }

    private static void atLeastZero(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be at least 0, got " + value);
        }
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
    }
}
