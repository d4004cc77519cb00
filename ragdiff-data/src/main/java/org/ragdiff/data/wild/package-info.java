/** Made photos of garments whose standard image is known. */
package org.ragdiff.data.wild;
