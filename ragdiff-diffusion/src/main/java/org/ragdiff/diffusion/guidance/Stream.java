package org.ragdiff.diffusion.guidance;

/** The conditions of a denoiser, in the order in which guidance adds them. */
public enum Stream {
    /** The photo's pattern. */
    REFERENCE,
    /** ê, the soft structure. */
    STRUCTURE,
    /** The silhouette landmark, the hard structure. */
    LANDMARK
}
