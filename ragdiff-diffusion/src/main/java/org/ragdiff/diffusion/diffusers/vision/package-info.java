/** Vision towers in transformers' folders (CLIP, SigLIP, DINOv2), and the preparation of their images. */
package org.ragdiff.diffusion.diffusers.vision;
