package org.ragdiff.diffusion.diffusers.unet;

import org.ragdiff.core.nn.Attention.KeyValue;

/**
 * Keys and values of an image prompt for one cross-attention layer, and the factor of what is read there
 * (decoupled cross-attention, Ye et al. 2023).
 */
record ImageKeys(KeyValue keys, float scale) {}
