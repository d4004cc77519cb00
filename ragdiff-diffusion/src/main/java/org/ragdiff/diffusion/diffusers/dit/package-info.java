/** Diffusion transformers (Peebles and Xie 2023) in diffusers' layout. */
package org.ragdiff.diffusion.diffusers.dit;
