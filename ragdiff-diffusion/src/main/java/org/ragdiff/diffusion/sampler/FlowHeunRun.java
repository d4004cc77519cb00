package org.ragdiff.diffusion.sampler;

/**
 * Heun's method (Karras et al. 2022, algorithm 1) for rectified flows: the mean of the velocities at both ends of a
 * step; the last step, to σ = 0, is Euler's.
 */
final class FlowHeunRun extends SamplerRun {
    private final double[] levels;
    private final int trainSteps;
    private final int first;
    private final double[] anchor;
    private final float[] velocity;

    FlowHeunRun(FlowHeunOptions options, TrainedProcess process, RunRequest request) {
        super(request);
        FlowMatchRun.requireFlow("flow-heun", process);
        trainSteps = process.trainSteps();
        levels = FlowMatchRun.levels(
                new FlowMatchOptions(options.shift(), SigmaSpacing.STEPS, false, false), trainSteps, request.steps());
        first = 2 * request.skipped(levels.length - 1);
        anchor = new double[request.size()];
        velocity = new float[request.size()];
    }

    @Override
    public int calls() {
        return 2 * (levels.length - 1) - 1;
    }

    @Override
    public int firstCall() {
        return first;
    }

    /** A level is seen twice: at the end of one step and at the beginning of the next. */
    private double level(int call) {
        return levels[(call + 1) / 2];
    }

    @Override
    public double timestep(int call) {
        return level(call) * trainSteps;
    }

    @Override
    public double signal(int call) {
        return 1 - level(call);
    }

    @Override
    public double noise(int call) {
        return level(call);
    }

    @Override
    public double[] sigmas() {
        return levels.clone();
    }

    @Override
    protected void advance(int call, float[] prediction) {
        new Linear(1, -level(call)).apply(x, prediction, clean);
        double distance = levels[call / 2 + 1] - levels[call / 2];
        if (call % 2 == 0) {
            System.arraycopy(x, 0, anchor, 0, x.length);
            System.arraycopy(prediction, 0, velocity, 0, velocity.length);
            for (int i = 0; i < x.length; i++) {
                x[i] += distance * prediction[i];
            }
        } else {
            for (int i = 0; i < x.length; i++) {
                x[i] = anchor[i] + distance * 0.5 * (velocity[i] + (double) prediction[i]);
            }
        }
    }
}
