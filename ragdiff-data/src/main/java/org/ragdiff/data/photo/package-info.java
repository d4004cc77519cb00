/** From a photo of a garment to its mask, cut-out and standard image. */
package org.ragdiff.data.photo;
