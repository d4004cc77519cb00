package org.ragdiff.retrieval.structurenet;

import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Sum over the attribute fields of the cross-entropy; garments whose field is UNKNOWN do not count. Stateless. */
final class AttributeLoss {
    private AttributeLoss() {}

    /**
     * @param logits [N, {@link AttributeVocabulary#SIZE}]
     * @param known rows of {@link AttributeVocabulary#encode}
     */
    static Var of(Tape t, Var logits, float[] known) {
        Var[] losses = new Var[AttributeVocabulary.FIELD_COUNT];
        float[] ones = new float[losses.length];
        for (int f = 0; f < losses.length; f++) {
            Var field = Shapes.sliceChannels(t, logits, AttributeVocabulary.offset(f), AttributeVocabulary.size(f));
            losses[f] = Losses.crossEntropy(t, field, AttributeVocabulary.targets(known, f));
            ones[f] = 1;
        }
        return Losses.weightedSum(t, ones, losses);
    }
}
