package org.ragdiff.diffusion.sampler;

/** What a DPM-Solver integrates; the names are those of diffusers' configurations. */
public enum DpmAlgorithm {
    /** The ODE of the noise (Lu et al. 2022, "DPM-Solver"). */
    DPMSOLVER,
    /** The ODE of the clean latents (Lu et al. 2022, "DPM-Solver++"). */
    DPMSOLVER_PLUS_PLUS,
    /** The SDE of the noise. */
    SDE_DPMSOLVER,
    /** The SDE of the clean latents. */
    SDE_DPMSOLVER_PLUS_PLUS;

    boolean onNoise() {
        return this == DPMSOLVER || this == SDE_DPMSOLVER;
    }

    boolean stochastic() {
        return this == SDE_DPMSOLVER || this == SDE_DPMSOLVER_PLUS_PLUS;
    }
}
