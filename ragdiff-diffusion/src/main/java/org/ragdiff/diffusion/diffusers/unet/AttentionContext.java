package org.ragdiff.diffusion.diffusers.unet;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.unet.ReferenceRows;

/**
 * What the attention layers of one pass read.
 *
 * @param text the encoder's hidden states [N, T, D], or null: cross-attention then reads what self-attention does
 * @param images keys of image prompts for the layers that have some, by identity
 * @param references tokens of references for the self-attention of the layers that have some, by identity
 * @param seen told what each self-attention reads, or null
 */
record AttentionContext(
        Var text,
        Map<BasicTransformerBlock, List<ImageKeys>> images,
        Map<BasicTransformerBlock, Reference> references,
        BiConsumer<BasicTransformerBlock, Var> seen) {

    /** Of text alone. */
    static AttentionContext of(Var text) {
        return new AttentionContext(text, Map.of(), Map.of(), null);
    }

    /**
     * A layer's references.
     *
     * @param tokens [R, T, channels], of the reference's own self-attention there
     * @param rows which of them each row reads
     * @param gate of {@link ReferenceGates}
     * @param layer in the gate's order
     */
    record Reference(Var tokens, ReferenceRows rows, ReferenceGates gate, int layer) {}
}
