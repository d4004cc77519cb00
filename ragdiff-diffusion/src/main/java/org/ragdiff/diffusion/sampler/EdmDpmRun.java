package org.ragdiff.diffusion.sampler;

import java.util.Arrays;

/** DPM-Solver++ (Lu et al. 2022) in the coordinates x = x₀ + σ ε of Karras et al. 2022: α = 1, λ = −log σ. */
final class EdmDpmRun extends DpmSolverRun {
    private static final String NAME = "edm-dpmpp2m";

    private final EdmOptions edm;
    private final EdmPreconditioning preconditioning;

    EdmDpmRun(EdmDpmOptions options, TrainedProcess process, RunRequest request) {
        super(options.solver(), process, request, levels(options.edm(), request.steps()));
        edm = options.edm();
        preconditioning = EdmPreconditioning.of(NAME, process, edm.sigmaData());
    }

    private static SolverLevels levels(EdmOptions edm, Steps steps) {
        double[] sigmas = EdmRun.levels(edm, steps.requireCount(NAME));
        double[] alphas = new double[sigmas.length];
        Arrays.fill(alphas, 1);
        double[] lambdas = Arrays.stream(sigmas).map(s -> -Math.log(s)).toArray();
        return new SolverLevels(new int[sigmas.length - 1], sigmas, alphas, sigmas, lambdas);
    }

    @Override
    public double timestep(int call) {
        return EdmPreconditioning.timestep(noise(call));
    }

    @Override
    public double startScale() {
        return EdmRun.startScale(edm);
    }

    @Override
    protected double inputScale(int call) {
        return preconditioning.inputScale(noise(call));
    }

    @Override
    Linear clean(int call) {
        return preconditioning.clean(noise(call));
    }
}
