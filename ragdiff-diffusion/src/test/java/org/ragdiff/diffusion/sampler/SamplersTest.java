package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** Closed forms: data of one point, data of a normal distribution. */
class SamplersTest {
    private static final ScheduleConfig CONFIG = ScheduleConfig.defaults();
    private static final NoiseSchedule SCHEDULE = NoiseSchedule.of(CONFIG);

    static java.util.List<String> names() {
        return Samplers.names();
    }

    /** v of the best denoiser if all data is N(mean, deviation²). */
    private static NoisePredictor normalData(double mean, double deviation) {
        return (x, t, v) -> {
            double a = Math.sqrt(SCHEDULE.alphaCumprod((int) t));
            double s = Math.sqrt(1 - SCHEDULE.alphaCumprod((int) t));
            for (int i = 0; i < x.length; i++) {
                double variance = a * a * deviation * deviation + s * s;
                double clean = mean + a * deviation * deviation / variance * (x[i] - a * mean);
                double noise = (x[i] - a * clean) / s;
                v[i] = (float) (a * noise - s * clean);
            }
        };
    }

    @ParameterizedTest
    @MethodSource("names")
    void findsTheOnlyPoint(String name) {
        float[] start = StepRandom.normals(new SplittableRandom(1), 12);
        float[] out = Samplers.named(name, CONFIG)
                .sample(normalData(0.7, 0), start, 2, 10, NoiseSource.perSample(new long[] {1, 2}), StepListener.NONE);
        for (float v : out) {
            assertThat(v).isCloseTo(0.7f, within(2e-3f));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void reproducesMeanAndDeviationOfNormalData(String name) {
        int n = 20_000;
        float[] start = StepRandom.normals(new SplittableRandom(2), n);
        float[] out = Samplers.named(name, CONFIG)
                .sample(normalData(1, 0.5), start, 1, 50, NoiseSource.perSample(new long[] {3}), StepListener.NONE);
        double sum = 0;
        double squares = 0;
        for (float v : out) {
            sum += v;
            squares += v * v;
        }
        double mean = sum / n;
        assertThat(mean).isCloseTo(1, within(0.02));
        // The stochastic first-order sampler is still 7 % off after 50 steps.
        assertThat(Math.sqrt(squares / n - mean * mean)).isCloseTo(0.5, within(name.equals("ddpm") ? 0.05 : 0.02));
    }

    @Test
    void secondOrderConvergesFasterThanFirst() {
        // The probability flow of normal data scales deviations: x0 = mean + deviation · noise.
        float[] start = {1.3f, -0.4f, 0.2f};
        double first = error("ddim", start);
        double second = error("dpmpp2m", start);
        assertThat(second).isLessThan(first / 3);
    }

    private static double error(String name, float[] start) {
        float[] out = Samplers.named(name, CONFIG)
                .sample(normalData(0.3, 0.8), start, 1, 25, count -> new float[count], StepListener.NONE);
        double error = 0;
        for (int i = 0; i < start.length; i++) {
            error += Math.abs(out[i] - 0.3 - 0.8 * start[i]);
        }
        return error;
    }

    @Test
    void aSampleDoesNotDependOnItsBatch() {
        Sampler sampler = Samplers.named("ddpm", CONFIG);
        NoiseSource both = NoiseSource.perSample(new long[] {5, 6});
        float[] together = sampler.sample(normalData(0, 1), both.next(8), 2, 5, both, StepListener.NONE);
        NoiseSource one = NoiseSource.perSample(new long[] {6});
        float[] alone = sampler.sample(normalData(0, 1), one.next(4), 1, 5, one, StepListener.NONE);
        assertThat(java.util.Arrays.copyOfRange(together, 4, 8)).containsExactly(alone);
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> Samplers.named("euler-x", CONFIG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dpmpp2m");
        assertThatThrownBy(() -> Samplers.named("ddim", CONFIG)
                        .sample((x, t, out) -> out[0] = Float.NaN, new float[1], 1, 5, null, StepListener.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> Samplers.named("ddim", CONFIG)
                        .sample((x, t, out) -> {}, new float[1], 1, 0, null, StepListener.NONE))
                .hasMessageContaining("steps");
        assertThatThrownBy(() -> new ScheduleConfig(
                        1000, 1e-4, 0.02, ScheduleConfig.BetaSchedule.LINEAR, true, PredictionType.EPSILON))
                .hasMessageContaining("SNR");
    }
}
