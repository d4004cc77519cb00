/**
 * Distances of two pictures in the stages of a convolutional network: LPIPS and DISTS, with the user's weights
 * or with a stand-in whose name says that it is one. {@link org.ragdiff.eval.perceptual.Backbone} is the layout,
 * {@link org.ragdiff.eval.perceptual.StageNetwork} computes it: in float32 on the kernels, or in float64.
 */
package org.ragdiff.eval.perceptual;
