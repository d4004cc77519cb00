/** Latent diffusion with networks and scheduler of a diffusers pipeline. */
package org.ragdiff.diffusion.diffusers.pipeline;
