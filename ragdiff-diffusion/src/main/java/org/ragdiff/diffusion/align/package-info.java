/** The pattern alignment: where what a photo shows lies in the standard frame, what of it is hidden, and in what light. */
package org.ragdiff.diffusion.align;
