/**
 * RAGDiffusion (arXiv 2411.19528) around a Stable Diffusion UNet: ReferenceNet, structure tokens and landmark guider
 * beside weights in diffusers' layout, so made that before training nothing changes.
 */
package org.ragdiff.diffusion.diffusers.ragdiffusion;
