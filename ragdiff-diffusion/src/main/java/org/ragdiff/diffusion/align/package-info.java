/** The pattern alignment's positions: where what a photo shows lies in the standard frame. */
package org.ragdiff.diffusion.align;
