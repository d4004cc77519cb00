/** Diffusers' {@code AutoencoderKL}: the codec of Stable Diffusion 1, 2, XL and 3. */
package org.ragdiff.diffusion.diffusers.vae;
