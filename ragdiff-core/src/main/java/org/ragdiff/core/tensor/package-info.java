/**
 * The tensor engine: a {@link org.ragdiff.core.tensor.Kernels} facade with several providers, a
 * define-by-run tape over it, and pooled off-heap memory.
 *
 * <p>Conventions. Tensors are ND4J {@code INDArray}s, float32, 'c' order and contiguous (a contiguous
 * slice of a larger array is fine). Feature maps are channels-last [N, H, W, C]; tokens are [N, T, C],
 * so that a feature map reshapes to tokens without a copy. Weights keep PyTorch's layouts: convolutions
 * [out, in, kh, kw], linear layers [out, in].
 */
package org.ragdiff.core.tensor;
