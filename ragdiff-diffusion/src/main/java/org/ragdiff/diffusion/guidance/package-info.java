/** Classifier-free guidance, composed of conditions. */
package org.ragdiff.diffusion.guidance;
