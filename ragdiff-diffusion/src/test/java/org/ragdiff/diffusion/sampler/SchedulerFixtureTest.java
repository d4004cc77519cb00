package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.FixtureTensors;

/** Call by call against diffusers' schedulers: all cases of the fixture. */
class SchedulerFixtureTest {
    private static final String ROOT = "/fixtures/schedulers/";
    private static final Map<String, FixtureTensors> FILES = new ConcurrentHashMap<>();

    static Stream<Arguments> cases() {
        JsonNode all = FixtureTensors.json(SchedulerFixtureTest.class, ROOT + "cases.json")
                .get("cases");
        return StreamSupport.stream(all.spliterator(), false)
                .map(c -> Arguments.of(
                        c.get("scheduler").asText() + "/" + c.get("name").asText(), c));
    }

    private FixtureRun fixture(JsonNode c) {
        FixtureTensors f =
                FILES.computeIfAbsent(c.get("file").asText(), n -> FixtureTensors.resource(getClass(), ROOT + n));
        return new FixtureRun(c, f);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void visitsTheSameLevels(String label, JsonNode c) {
        FixtureRun f = fixture(c);
        SamplerRun run = f.run();
        double[] timesteps = f.values("out.timesteps");
        assertThat(run.calls()).isEqualTo(timesteps.length);
        for (int i = 0; i < timesteps.length; i++) {
            assertThat(run.timestep(i)).as("timestep %d", i).isCloseTo(timesteps[i], within(1e-3));
        }
        if (f.has("out.sigmas")) {
            double[] sigmas = f.values("out.sigmas");
            assertThat(run.sigmas()).hasSameSizeAs(sigmas);
            for (int i = 0; i < sigmas.length; i++) {
                assertThat(run.sigmas()[i]).as("sigma %d", i).isCloseTo(sigmas[i], within(1e-4 * sigmas[i] + 1e-12));
            }
        }
        double scale = c.get("init_noise_sigma").asDouble();
        assertThat(run.startScale()).isCloseTo(scale, within(1e-5 * scale));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void eachStepOnTheStoredOutputs(String label, JsonNode c) {
        FixtureRun f = fixture(c);
        double[] outputs = f.values("mid.model_output");
        f.compare(1e-4, (call, input, t, out) -> {
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) outputs[call * out.length + i];
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void wholeTrajectories(String label, JsonNode c) {
        String kind = c.get("model").asText();
        fixture(c).compare(1e-3, (call, x, t, out) -> {
            for (int i = 0; i < out.length; i++) {
                out[i] = (float)
                        (kind.equals("eps")
                                ? 0.3 * Math.sin(3.0 * x[i]) + 0.1 * Math.cos(0.01 * t)
                                : 0.8 * Math.tanh(x[i]) - 0.05 * Math.sin(0.02 * t));
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void addsNoise(String label, JsonNode c) {
        FixtureRun f = fixture(c);
        SamplerRun run = f.run();
        double t = f.values("add_noise.timesteps")[0];
        double[] expectedTimesteps = f.values("out.timesteps");
        int[] calls = java.util.stream.IntStream.range(0, expectedTimesteps.length)
                .filter(i -> expectedTimesteps[i] == t)
                .toArray();
        int call = calls[calls.length > 1 ? 1 : 0];
        double[] clean = f.values("add_noise.x0");
        double[] noise = f.values("add_noise.noise");
        double[] expected = f.values("add_noise.out");
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            assertThat(run.signal(call) * clean[i] + run.noise(call) * noise[i])
                    .isCloseTo(expected[i], within(1e-5 * largest));
        }
    }
}
