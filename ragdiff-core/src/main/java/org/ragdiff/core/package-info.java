/**
 * Domain of RAGDiff: the records that flow through the pipeline and the interfaces that its
 * components implement. Retrieval, slle, diffusion and eval know each other only through this
 * package.
 *
 * <p>Frames. A <em>photo</em> (wild image) has any size. A <em>standard image</em> is square, on a
 * white background, with the garment's bounding box centred and its longer side covering {@link
 * org.ragdiff.core.StandardFrame#COVERAGE} of the frame. Silhouettes, signed distance fields and
 * landmarks live in the standard frame.
 */
package org.ragdiff.core;
