/** Autoencoders between images and latents, and their training. */
package org.ragdiff.diffusion.vae;
