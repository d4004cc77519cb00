package org.ragdiff.core.plan;

/** What an operand is to its operation. */
public enum Slot {
    /** The map or rows worked on; the left factor of a product; the queries of attention. */
    X,
    /** Weights of convolutions and linear layers; the right factor of a product. */
    W,
    BIAS,
    GAMMA,
    BETA,
    /** Own keys. */
    K,
    /** Own values. */
    V,
    /** Reference keys, optional. */
    K_REF,
    /** Reference values, optional. */
    V_REF,
    /** One row of channels a sample, added to all of its tokens. */
    ROW,
    /** The second term of a sum or product; what is added to the result of a fused operation. */
    OTHER
}
