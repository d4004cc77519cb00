/**
 * Checkpoints in the folder layout of huggingface/diffusers: {@code config.json} beside safetensors
 * weights, and pipelines of such folders with a {@code model_index.json}. Reading is strict: an option
 * that is not implemented is refused with the values that are.
 */
package org.ragdiff.diffusion.diffusers;
