package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Oracles;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/** Timesteps and noise levels that diffusers' schedulers compute for configurations of Stable Diffusion and flows. */
class TimestepOracleTest {
    static Stream<Arguments> cases() {
        return Oracles.cases(TimestepOracleTest.class, "10_computed_reference_runs.json", "ts.");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void timestepsAndLevels(String id, JsonNode c) {
        JsonNode input = c.get("input");
        SchedulerConfig config = SchedulerConfig.of(input.get("scheduler").asText(), input.get("config"));
        Steps steps = Steps.of(input.get("num_inference_steps").asInt())
                .withMu(input.path("mu").asDouble(Double.NaN));
        SamplerRun run = config.options().run(config.process(), new RunRequest(steps, 1, 1, 1, NoiseSource.of(0)));
        JsonNode expected = c.get("expected");
        JsonNode timesteps = expected.get("timesteps");
        assertThat(run.calls()).isEqualTo(timesteps.size());
        for (int i = 0; i < timesteps.size(); i++) {
            assertThat(run.timestep(i)).isCloseTo(timesteps.get(i).asDouble(), within(1e-3));
        }
        JsonNode sigmas = expected.path("sigmas");
        double[] got = run.sigmas();
        int at = 0;
        for (int i = 0; i < sigmas.size(); i++) {
            double wanted = sigmas.get(i).asDouble();
            // Two-stage methods: diffusers lists a level once for each call.
            if (i > 0 && wanted == sigmas.get(i - 1).asDouble() && got.length < sigmas.size()) {
                continue;
            }
            assertThat(got[at]).as("level %d", i).isCloseTo(wanted, within(2e-5 * Math.max(wanted, 1e-3)));
            at++;
        }
        if (expected.path("init_noise_sigma").isNumber()) {
            double scale = expected.get("init_noise_sigma").asDouble();
            assertThat(run.startScale()).isCloseTo(scale, within(2e-5 * scale));
        }
    }
}
