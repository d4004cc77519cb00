/** Diffusers' {@code UNet2DConditionModel}: the denoiser of Stable Diffusion 1, 2 and XL. */
package org.ragdiff.diffusion.diffusers.unet;
