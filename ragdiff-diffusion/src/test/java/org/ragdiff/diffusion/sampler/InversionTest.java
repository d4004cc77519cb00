package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** From latents to the noise that they come from, and back. */
class InversionTest {
    private static final float[] LATENTS = {0.7f, -1.2f, 0.1f, 2, -0.05f, 0.4f};
    private static final TrainedProcess PROCESS =
            TrainedProcess.of(ScheduleConfig.defaults().withPredictionType(PredictionType.V));

    /** The best denoiser for normal data, of which the flow is known: x keeps its number of deviations. */
    private static final NoisePredictor MODEL = (x, t, out) -> {
        double sigma = PROCESS.schedule().noiseLevel(t);
        double alpha = 1 / Math.sqrt(sigma * sigma + 1);
        double noise = sigma * alpha;
        double variance = alpha * alpha * 0.25 + noise * noise;
        for (int i = 0; i < x.length; i++) {
            double clean = alpha * 0.25 / variance * x[i];
            out[i] = (float) ((alpha * x[i] - clean) / noise);
        }
    };

    private static float[] run(SamplerOptions options, Start start, int steps) {
        return Samplers.of(options, PROCESS).sample(MODEL, start, 1, Steps.of(steps), null, StepListener.NONE);
    }

    @Test
    void latentsEndAsTheNoiseOfTheProbabilityFlow() {
        for (SamplerOptions inverse : List.of(DdimInverseOptions.defaults(), DpmSolverInverseOptions.defaults())) {
            float[] noise = run(inverse, Start.inverted(LATENTS), 500);
            for (int i = 0; i < noise.length; i++) {
                // Deviation of the data 0.5, of the noise 1.
                assertThat((double) noise[i]).as(inverse.className()).isCloseTo(2 * LATENTS[i], within(0.02 * 4));
            }
        }
    }

    @Test
    void samplingLeadsBackToTheLatents() {
        float[] noise = run(DdimInverseOptions.defaults(), Start.inverted(LATENTS), 500);
        float[] back = run(DdimOptions.defaults(), Start.fromNoise(noise), 500);
        for (int i = 0; i < back.length; i++) {
            assertThat((double) back[i]).isCloseTo(LATENTS[i], within(0.02));
        }
    }

    @Test
    void whatCannotBeInvertedIsRefused() {
        assertThatThrownBy(() -> run(DdimInverseOptions.defaults(), Start.fromImage(LATENTS, LATENTS, 0.5), 10))
                .hasMessageContaining("listener");
        assertThatThrownBy(() -> new DpmSolverInverseOptions(DpmSolverOptions.defaults()))
                .hasMessageContaining("endAtZero false");
        assertThatThrownBy(() -> new DpmSolverInverseOptions(
                        DpmSolverInverseOptions.defaults().solver().withAlgorithm(DpmAlgorithm.SDE_DPMSOLVER)))
                .hasMessageContaining("deterministic");
        TrainedProcess sample = TrainedProcess.of(ScheduleConfig.defaults().withPredictionType(PredictionType.SAMPLE));
        assertThatThrownBy(() -> DdimInverseOptions.defaults().run(sample, new RunRequest(Steps.of(5), 1, 1, 1, null)))
                .hasMessageContaining("setAlphaToOne false");
    }
}
