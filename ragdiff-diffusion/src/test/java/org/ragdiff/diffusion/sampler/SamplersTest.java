package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;

/** Closed forms: data of one point, data of a normal distribution; for every sampler there is. */
class SamplersTest {
    private static final ScheduleConfig CONFIG = ScheduleConfig.defaults();

    static List<String> names() {
        return Samplers.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aPerfectPredictorIsRecoveredAtTheLastStep(String name) {
        float[] point = {0.7f, -1.2f, 3, 0, 0.01f, -0.3f};
        KnownData data = KnownData.point(name, point);
        float[] start = NoiseSource.of(1).next(point.length);
        float[] out = data.sampler().sample(data, start, 2, 10, NoiseSource.perSample(1, 2), StepListener.NONE);
        // The SDE of the noise leaves as much noise as its last step took; TCD ends at the smallest level, 0.006;
        // unCLIP's last step weighs the estimate by β₀ / (1 − ᾱ₀) in float32, as diffusers has it.
        assumeThat(name).isNotEqualTo("sde-dpm2m");
        double tolerance = name.equals("tcd") ? 0.05 : name.equals("unclip") ? 2e-3 : 2e-5;
        for (int i = 0; i < point.length; i++) {
            assertThat(out[i]).isCloseTo(point[i], within((float) tolerance));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void reproducesMeanAndDeviationOfNormalData(String name) {
        int n = 20_000;
        KnownData data = KnownData.normal(name, 1, 0.5);
        float[] start = NoiseSource.of(2).next(n);
        int steps = List.of("lcm", "tcd", "consistency").contains(name) ? 1 : 100;
        float[] out = data.sampler().sample(data, start, 1, steps, NoiseSource.of(3), StepListener.NONE);
        double sum = 0;
        double squares = 0;
        for (float v : out) {
            sum += v;
            squares += v * v;
        }
        double mean = sum / n;
        assertThat(mean).isCloseTo(1, within(0.015));
        // Stochastic ones, and Euler from a level of 80, are still some percent off after 100 steps.
        boolean slow = name.startsWith("sde")
                || List.of("ddpm", "unclip", "euler-a", "edm-euler").contains(name);
        assertThat(Math.sqrt(squares / n - mean * mean)).isCloseTo(0.5, within(slow ? 0.05 : 0.01));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aSampleDoesNotDependOnItsBatch(String name) {
        KnownData data = KnownData.normal(name, 0.2, 0.8);
        NoiseSource both = NoiseSource.perSample(5, 6);
        float[] together = data.sampler().sample(data, both.next(8), 2, 6, both, StepListener.NONE);
        NoiseSource one = NoiseSource.perSample(6);
        float[] alone = data.sampler().sample(data, one.next(4), 1, 6, one, StepListener.NONE);
        assertThat(Arrays.copyOfRange(together, 4, 8)).containsExactly(alone);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aStrengthCarriesOutTheLastPartOfARun(String name) {
        KnownData data = KnownData.normal(name, 0, 0.4);
        float[] clean = new float[400];
        Arrays.fill(clean, 0.5f);
        List<Integer> calls = new ArrayList<>();
        float[] out = data.sampler()
                .sample(
                        data,
                        Start.fromImage(clean, NoiseSource.of(4).next(400), 0.3),
                        1,
                        Steps.of(10),
                        NoiseSource.of(5),
                        step -> calls.add(step.steps()));
        boolean distilled = name.equals("lcm") || name.equals("tcd");
        assertThat(calls).hasSizeBetween(distilled ? 10 : 3, distilled ? 10 : 6).containsOnly(calls.size());
        // Little noise was added: the image shows through.
        double mean = 0;
        for (float v : out) {
            mean += v / out.length;
        }
        assertThat(mean).isBetween(0.05, 0.55);
    }

    @Test
    void oneSamplerServesManyThreads() throws Exception {
        KnownData data = KnownData.normal("unipc", 0.3, 0.9);
        Sampler sampler = data.sampler();
        float[] expected = run(sampler, data, 7);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                results.add(threads.submit(() -> run(sampler, data, 7)));
            }
            for (Future<float[]> r : results) {
                assertThat(r.get()).containsExactly(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    private static float[] run(Sampler sampler, KnownData data, long seed) {
        NoiseSource noise = NoiseSource.of(seed);
        return sampler.sample(data, noise.next(500), 1, 12, noise, StepListener.NONE);
    }

    @Test
    void aListenerSeesTheStepAndCanStop() {
        KnownData data = KnownData.normal("heun", 0.3, 0.9);
        List<Double> timesteps = new ArrayList<>();
        float[][] seen = new float[2][];
        float[] out = data.sampler().sample(data, NoiseSource.of(1).next(6), 1, 5, null, step -> {
            timesteps.add(step.timestep());
            assertThat(step.step()).isEqualTo(timesteps.size() - 1);
            assertThat(step.steps()).isEqualTo(9);
            if (step.step() == 3) {
                seen[0] = step.latents().toArray();
                seen[1] = step.clean().toArray();
                step.stop();
            }
        });
        assertThat(timesteps).hasSize(4).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        assertThat(out).containsExactly(seen[0]);
        assertThat(seen[1]).doesNotContain(seen[0]);
    }

    @Test
    void noiseOfAnImageIsThatOfTorchWithItsSeed() {
        // torch.manual_seed(0); torch.randn(4, 4): its first values, channels-first in 4 channels of 2 x 2.
        float[] torch = NoiseSource.of(0).next(16);
        assertThat(torch[0]).isCloseTo(-1.1258398f, within(1e-6f));
        assertThat(torch[1]).isCloseTo(-1.1523602f, within(1e-6f));
        float[] channelsLast = NoiseSource.perImage(4, 9, 0).next(32);
        for (int c = 0; c < 4; c++) {
            for (int i = 0; i < 4; i++) {
                assertThat(channelsLast[16 + i * 4 + c]).isEqualTo(torch[c * 4 + i]);
            }
        }
    }

    @Test
    void namesOfDiffusersAndEndingsWork() {
        assertThat(Samplers.options("EulerDiscreteScheduler")).isEqualTo(EulerOptions.defaults());
        assertThat(Samplers.options("unipcmultistep")).isEqualTo(UniPcOptions.defaults());
        assertThat(Samplers.options("dpmpp2m-karras"))
                .isEqualTo(DpmSolverOptions.defaults()
                        .withLevels(LevelOptions.defaults().withSigmaSpacing(SigmaSpacing.KARRAS)));
        assertThatThrownBy(() -> Samplers.options("ddim-karras")).hasMessageContaining("ddim-karras");
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
        assertThatThrownBy(() -> Samplers.named("euler-a", CONFIG)
                        .sample((x, t, out) -> {}, new float[1], 1, 5, null, StepListener.NONE))
                .hasMessageContaining("noise source");
        assertThatThrownBy(() -> sampleWith("flow-euler", CONFIG)).hasMessageContaining("FLOW");
        assertThatThrownBy(() -> sampleWith("edm-euler", CONFIG)).hasMessageContaining("continuous");
        assertThatThrownBy(() -> sampleWith("euler", ScheduleConfig.continuous(1000, PredictionType.FLOW)))
                .hasMessageContaining("flow-euler");
        ScheduleConfig noise = CONFIG.withBetas(BetaSchedule.LINEAR, 1e-4, 0.02)
                .withRescaleBetasZeroSnr(true)
                .withPredictionType(PredictionType.EPSILON);
        assertThatThrownBy(() -> sampleWith("ddim", noise)).hasMessageContaining("SNR");
        assertThatThrownBy(() -> Steps.ofTimesteps(100, 87, 50, 51, 0)).hasMessageContaining("fall strictly");
        assertThatThrownBy(() -> new Steps(5, new int[] {3, 1}, null, 0, 0)).hasMessageContaining("number of steps");
        assertThatThrownBy(() -> Samplers.named("ddpm", CONFIG)
                        .sample(
                                (x, t, out) -> {},
                                Start.fromNoise(new float[1]),
                                1,
                                Steps.ofTimesteps(1000, 3),
                                null,
                                StepListener.NONE))
                .hasMessageContaining("below 1000");
    }

    private static void sampleWith(String name, ScheduleConfig config) {
        Samplers.named(name, config)
                .sample((x, t, out) -> {}, new float[1], 1, 5, NoiseSource.of(0), StepListener.NONE);
    }
}
