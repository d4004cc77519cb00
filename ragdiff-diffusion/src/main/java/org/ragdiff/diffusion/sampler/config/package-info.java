/** Samplers read from and written to the {@code scheduler_config.json} of diffusers. */
package org.ragdiff.diffusion.sampler.config;
