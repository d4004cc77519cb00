package org.ragdiff.diffusion.diffusers.unet;

import java.util.List;
import java.util.Map;
import org.ragdiff.core.tensor.Var;

/**
 * What the cross-attention layers of one pass read.
 *
 * @param text the encoder's hidden states [N, T, D]
 * @param images keys of image prompts for the layers that have some, by identity
 */
record CrossAttentionContext(Var text, Map<BasicTransformerBlock, List<ImageKeys>> images) {}
