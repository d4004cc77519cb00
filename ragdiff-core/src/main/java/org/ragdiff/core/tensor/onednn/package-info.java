/**
 * Kernels on oneDNN, working in place on the arrays' off-heap memory: channels-last, primitives cached by
 * shape, bfloat16 products on request. The default provider on x86-64.
 */
package org.ragdiff.core.tensor.onednn;
