package org.ragdiff.retrieval.structurenet;

/**
 * What a {@link StructureNet} is trained towards.
 *
 * @param seed of dropout
 * @param contrastiveWeight of the symmetric InfoNCE
 * @param fieldWeight of each decoded field's smooth-L1
 * @param readFieldWeight of the smooth-L1 of the field read off the photo
 * @param fieldBeta where smooth-L1 turns from quadratic to linear, in units of the field's limit
 * @param attributeWeight of the attributes' cross-entropies, summed over fields
 * @param maskWeight of the photo mask's cross-entropy
 * @param targetSoftness weight of another garment of equal silhouette against the pair's own 1
 * @param targetWidth fall in IoU over which that weight falls by e
 * @param allAttributesDropout probability that a photo's attributes are all withheld
 * @param attributeDropout probability that each is withheld otherwise
 */
public record StructureNetTrainingOptions(
        long seed,
        double contrastiveWeight,
        double fieldWeight,
        double readFieldWeight,
        double fieldBeta,
        double attributeWeight,
        double maskWeight,
        double targetSoftness,
        double targetWidth,
        double allAttributesDropout,
        double attributeDropout) {
    public StructureNetTrainingOptions {
        atLeastZero("contrastiveWeight", contrastiveWeight);
        atLeastZero("fieldWeight", fieldWeight);
        atLeastZero("readFieldWeight", readFieldWeight);
        atLeastZero("attributeWeight", attributeWeight);
        atLeastZero("maskWeight", maskWeight);
        share("targetSoftness", targetSoftness);
        share("allAttributesDropout", allAttributesDropout);
        share("attributeDropout", attributeDropout);
        if (!(fieldBeta > 0) || !(targetWidth > 0)) {
            throw new IllegalArgumentException(
                    "fieldBeta and targetWidth must be positive, got " + fieldBeta + " and " + targetWidth);
        }
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

    /** The demo model's. */
    public static StructureNetTrainingOptions defaults() {
        return new StructureNetTrainingOptions(1, 1, 8, 8, 0.1, 0.2, 1, 0.5, 0.05, 0.5, 0.3);
    }

    public StructureNetTrainingOptions withSeed(long newSeed) {
        return copy(newSeed, contrastiveWeight, fieldWeight, readFieldWeight, attributeWeight, maskWeight);
    }

    public StructureNetTrainingOptions withContrastiveWeight(double weight) {
        return copy(seed, weight, fieldWeight, readFieldWeight, attributeWeight, maskWeight);
    }

    public StructureNetTrainingOptions withFieldWeights(double decoded, double read) {
        return copy(seed, contrastiveWeight, decoded, read, attributeWeight, maskWeight);
    }

    public StructureNetTrainingOptions withAttributeWeight(double weight) {
        return copy(seed, contrastiveWeight, fieldWeight, readFieldWeight, weight, maskWeight);
    }

    public StructureNetTrainingOptions withMaskWeight(double weight) {
        return copy(seed, contrastiveWeight, fieldWeight, readFieldWeight, attributeWeight, weight);
    }

    private StructureNetTrainingOptions copy(
            long s, double contrastive, double field, double read, double attribute, double mask) {
        return new StructureNetTrainingOptions(
                s,
                contrastive,
                field,
                read,
                fieldBeta,
                attribute,
                mask,
                targetSoftness,
                targetWidth,
                allAttributesDropout,
                attributeDropout);
    }
}
