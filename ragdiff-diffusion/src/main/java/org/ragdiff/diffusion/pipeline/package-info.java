/** From a photo to its standard image. */
package org.ragdiff.diffusion.pipeline;
