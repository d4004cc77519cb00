/** Latent diffusion of standard garments: codec, denoiser, schedules, samplers, guidance, pipeline. */
package org.ragdiff.diffusion;
