/** The denoising network, its three conditions and its training. */
package org.ragdiff.diffusion.unet;
