package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/**
 * Orders of convergence that the sources state, on the probability flow of normal data: latents keep their number
 * of standard deviations from the mean, so the end of the flow is known. The multistep formula of third order that
 * the authors' code and diffusers share weighs the second difference by half of what Taylor's series gives: it
 * converges with order 2, with a smaller constant.
 */
class ConvergenceTest {
    private static final double MEAN = 0.3;
    private static final double DEVIATION = 0.8;
    private static final double[] QUANTILES = {1.3, -0.4, 0.2, -2};

    @ParameterizedTest
    @CsvSource({
        "euler, 1",
        "heun, 2",
        "kdpm2, 2",
        "lms, 4",
        "dpmpp1, 1",
        "dpmpp2m, 2",
        "dpmpp3m, 2",
        "dpmpp2s, 2",
        "dpmpp3s, 3",
        "dpm2m, 2",
        "dpm3m, 2",
        "dpm2s, 2",
        "dpm3s, 3",
        "unipc, 3",
        "unipc3, 4",
        "deis, 2",
        "deis3, 3"
    })
    void errorsFallWithTheStatedOrder(String name, int order) {
        // Multiples of 6: all singlestep orders divide them.
        double coarse = error(name, 48);
        double fine = error(name, 96);
        assertThat(Math.log(coarse / fine) / Math.log(2))
                .as("%s: %.3g, then %.3g", name, coarse, fine)
                .isBetween(order - 0.3, order + 1.3);
    }

    private static double error(String name, int steps) {
        ScheduleConfig config = ScheduleConfig.defaults().withPredictionType(PredictionType.SAMPLE);
        LeveledOptions options = (LeveledOptions) Samplers.options(name);
        options = options.withLevels(options.levels()
                .withSigmaSpacing(SigmaSpacing.EXPONENTIAL)
                .withSigmaRange(0.05, 50)
                .withEndAtZero(false));
        if (options instanceof DpmSolverOptions d) {
            options = d.withLowerOrderFinal(false);
        } else if (options instanceof DpmSinglestepOptions d) {
            options = d.withLowerOrderFinal(false);
        } else if (options instanceof UniPcOptions u) {
            options = u.withLowerOrderFinal(false);
        }
        SamplerRun run =
                options.run(TrainedProcess.of(config), new RunRequest(Steps.of(steps), 1, QUANTILES.length, 1, null));
        run.begin(Start.fromNoise(new float[QUANTILES.length]));
        boolean exploding = run instanceof ExplodingRun;
        float[] prediction = new float[QUANTILES.length];
        int last = run.calls() - 1;
        for (int call = 0; call < last; call++) {
            double sigma = exploding ? Math.sqrt(1 / Math.pow(run.inputScale(call), 2) - 1) : run.noise(call);
            double alpha = exploding ? 1 : run.signal(call);
            double spread = Math.sqrt(alpha * alpha * DEVIATION * DEVIATION + sigma * sigma);
            for (int i = 0; i < QUANTILES.length; i++) {
                if (call == 0) {
                    run.x[i] = alpha * MEAN + spread * QUANTILES[i];
                }
                double gain = alpha * DEVIATION * DEVIATION / (spread * spread);
                prediction[i] = (float) (MEAN + gain * (run.x[i] - alpha * MEAN));
            }
            run.step(prediction);
        }
        double error = 0;
        double spread = Math.hypot(run.signal(last) * DEVIATION, run.noise(last));
        for (int i = 0; i < QUANTILES.length; i++) {
            error += Math.abs(run.x[i] - run.signal(last) * MEAN - spread * QUANTILES[i]);
        }
        return error;
    }
}
