package org.ragdiff.diffusion.diffusers.unet;

import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.tensor.Var;

/**
 * Keys and values of an image prompt for one cross-attention layer, and the factor of what is read there
 * (decoupled cross-attention, Ye et al. 2023).
 *
 * @param mask factors [N, T, C] of what is read, or null
 */
record ImageKeys(KeyValue keys, float scale, Var mask) {}
