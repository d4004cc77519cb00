package org.ragdiff.diffusion.sampler;

/** The two second-order formulas of the paper. */
public enum DpmSolverType {
    MIDPOINT,
    HEUN
}
