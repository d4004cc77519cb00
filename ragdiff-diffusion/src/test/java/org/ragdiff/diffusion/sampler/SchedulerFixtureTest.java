package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** Step by step against diffusers' DDIMScheduler and DPMSolverMultistepScheduler. */
class SchedulerFixtureTest {
    private static final String ROOT = "/fixtures/schedulers/";
    private static final Map<String, FixtureTensors> FILES = new java.util.HashMap<>();
    /**
     * The noise-predicting solver, scipy's beta quantiles and flow matching are not offered. The levels of
     * pp2_exponential are those of pp2_lu, but its timesteps are cut to integers, not rounded.
     */
    private static final Set<String> NOT_OFFERED =
            Set.of("dpm2", "dpm3", "sde_dpm2", "pp2_beta", "flow_shift3", "pp2_exponential");

    static Stream<Arguments> cases() {
        JsonNode all = FixtureTensors.json(SchedulerFixtureTest.class, ROOT + "cases.json")
                .get("cases");
        return StreamSupport.stream(all.spliterator(), false)
                .filter(c -> !NOT_OFFERED.contains(c.get("name").asText()))
                .map(c -> Arguments.of(
                        c.get("scheduler").asText() + "/" + c.get("name").asText(), c));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void equalsDiffusers(String label, JsonNode c) {
        FixtureTensors f =
                FILES.computeIfAbsent(c.get("file").asText(), n -> FixtureTensors.resource(getClass(), ROOT + n));
        String name = c.get("name").asText() + ".";
        int steps = c.get("num_inference_steps").asInt();
        Sampler sampler = sampler(c);
        int[] timesteps =
                sampler instanceof DdimSampler d ? d.timesteps(steps) : ((DpmSolverSampler) sampler).timesteps(steps);
        double[] expectedTimesteps = f.values(name + "out.timesteps");
        for (int i = 0; i < steps; i++) {
            assertThat((double) timesteps[i]).as("timestep %d", i).isEqualTo(expectedTimesteps[i]);
        }
        if (sampler instanceof DpmSolverSampler d && f.has(name + "out.sigmas")) {
            double[] sigmas = f.values(name + "out.sigmas");
            for (int i = 0; i <= steps; i++) {
                assertThat(d.sigmas(steps)[i]).as("sigma %d", i).isCloseTo(sigmas[i], within(1e-4 * sigmas[i] + 1e-9));
            }
        }
        double[] expected = f.values(name + "out.samples");
        float[] outputs = floats(f.values(name + "mid.model_output"));
        int size = expected.length / steps;
        int[] call = {0};
        compare(
                sampler,
                f,
                name,
                steps,
                expected,
                1e-4,
                (x, t, out) -> System.arraycopy(outputs, call[0]++ * size, out, 0, size));
        compare(
                sampler,
                f,
                name,
                steps,
                expected,
                1e-3,
                (x, t, out) -> model(c.get("model").asText(), x, t, out));
    }

    private static void compare(
            Sampler sampler,
            FixtureTensors f,
            String name,
            int steps,
            double[] expected,
            double tolerance,
            NoisePredictor model) {
        float[] start = floats(f.values(name + "in.noise0"));
        float[] noise = f.has(name + "in.step_noise") ? floats(f.values(name + "in.step_noise")) : new float[0];
        int[] drawn = {0};
        List<float[]> samples = new ArrayList<>();
        sampler.sample(
                model,
                start,
                1,
                steps,
                count -> slice(noise, drawn[0]++, count),
                (step, n, t, x) -> samples.add(x.clone()));
        double largest = java.util.Arrays.stream(expected).map(Math::abs).max().orElse(1);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) samples.get(i / start.length)[i % start.length])
                    .as("sample %d of step %d", i % start.length, i / start.length)
                    .isCloseTo(expected[i], within(tolerance * largest));
        }
    }

    private static void model(String kind, float[] x, double t, float[] out) {
        for (int i = 0; i < x.length; i++) {
            out[i] = (float)
                    (kind.equals("eps")
                            ? 0.3 * Math.sin(3.0 * x[i]) + 0.1 * Math.cos(0.01 * t)
                            : 0.8 * Math.tanh(x[i]) - 0.05 * Math.sin(0.02 * t));
        }
    }

    private static float[] slice(float[] all, int index, int size) {
        return java.util.Arrays.copyOfRange(all, index * size, (index + 1) * size);
    }

    private static float[] floats(double[] a) {
        float[] out = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = (float) a[i];
        }
        return out;
    }

    private static Sampler sampler(JsonNode c) {
        JsonNode k = c.get("config");
        PredictionType prediction =
                switch (k.get("prediction_type").asText()) {
                    case "epsilon" -> PredictionType.EPSILON;
                    case "v_prediction" -> PredictionType.V;
                    default -> PredictionType.SAMPLE;
                };
        ScheduleConfig config = new ScheduleConfig(
                k.get("num_train_timesteps").asInt(),
                k.get("beta_start").asDouble(),
                k.get("beta_end").asDouble(),
                BetaSchedule.valueOf(k.get("beta_schedule").asText().toUpperCase(java.util.Locale.ROOT)),
                k.get("rescale_betas_zero_snr").asBoolean(),
                prediction);
        NoiseSchedule schedule = NoiseSchedule.of(config);
        TimestepSpacing spacing =
                TimestepSpacing.valueOf(k.get("timestep_spacing").asText().toUpperCase(java.util.Locale.ROOT));
        int offset = k.get("steps_offset").asInt();
        Clipping clipping = k.get("thresholding").asBoolean()
                ? Clipping.dynamic(
                        k.get("dynamic_thresholding_ratio").asDouble(),
                        k.get("sample_max_value").asDouble())
                : k.path("clip_sample").asBoolean(false)
                        ? Clipping.to(k.get("clip_sample_range").asDouble())
                        : Clipping.NONE;
        if (c.get("scheduler").asText().equals("DDIMScheduler")) {
            JsonNode step = c.get("step_kwargs");
            return new DdimSampler(
                    schedule,
                    prediction,
                    new DdimOptions(
                            spacing,
                            offset,
                            k.get("set_alpha_to_one").asBoolean(),
                            step.path("eta").asDouble(0),
                            clipping,
                            step.path("use_clipped_model_output").asBoolean(false)));
        }
        DpmSolverOptions.SigmaSpacing sigmas = k.path("use_karras_sigmas").asBoolean()
                ? DpmSolverOptions.SigmaSpacing.KARRAS
                : k.path("use_lu_lambdas").asBoolean()
                        ? DpmSolverOptions.SigmaSpacing.EXPONENTIAL
                        : DpmSolverOptions.SigmaSpacing.STEPS;
        return new DpmSolverSampler(
                schedule,
                prediction,
                new DpmSolverOptions(
                        k.get("solver_order").asInt(),
                        k.get("algorithm_type").asText().startsWith("sde"),
                        k.get("solver_type").asText().equals("heun")
                                ? DpmSolverOptions.SolverType.HEUN
                                : DpmSolverOptions.SolverType.MIDPOINT,
                        spacing,
                        offset,
                        sigmas,
                        k.get("final_sigmas_type").asText().equals("zero"),
                        k.get("lower_order_final").asBoolean(),
                        k.get("euler_at_final").asBoolean(),
                        clipping));
    }
}
