package org.ragdiff.core.tensor;

/** Pointwise activations. */
public enum Activation {
    /** x. */
    NONE,
    /** x · sigmoid(x), also called swish. */
    SILU,
    /** x · Φ(x), by the error function. */
    GELU,
    /** GELU's tanh approximation. */
    GELU_TANH,
    /** max(x, 0). */
    RELU,
    /** 1 / (1 + e⁻ˣ). */
    SIGMOID,
    /** tanh(x). */
    TANH
}
