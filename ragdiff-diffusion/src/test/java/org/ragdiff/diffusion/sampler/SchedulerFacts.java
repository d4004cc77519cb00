package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** Cases of the oracle of schedulers that are no loops. */
final class SchedulerFacts {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ScheduleConfig LINEAR = ScheduleConfig.defaults()
            .withBetas(BetaSchedule.LINEAR, 1e-4, 0.02)
            .withPredictionType(PredictionType.SAMPLE);

    private SchedulerFacts() {}

    /** From latents 0, estimate 0 and noise 1, a step leaves its standard deviation. */
    private static double deviation(SamplerOptions options, ScheduleConfig training, int steps, int timestep) {
        NoiseSource ones = out -> Arrays.fill(out, 1);
        SamplerRun all = options.run(TrainedProcess.of(training), new RunRequest(Steps.of(steps), 1, 1, 1, ones));
        int call = IntStream.range(0, all.calls())
                .filter(i -> all.timestep(i) == timestep)
                .findFirst()
                .orElseThrow();
        double strength = (steps - call + 1e-9) / steps;
        SamplerRun run = options.run(
                TrainedProcess.of(training), new RunRequest(Steps.of(steps), Math.min(1, strength), 1, 1, ones));
        run.begin(Start.fromNoise(new float[1]));
        assertThat(run.timestep(run.call())).isEqualTo(timestep);
        run.step(new float[1]);
        return run.x[0];
    }

    static void variance(String id, JsonNode c) {
        int t = c.at("/input/t").asInt();
        double found;
        if (id.startsWith("var.ddim.")) {
            int stride = Math.max(1, t - c.at("/input/prev_t").asInt());
            DdimOptions options = DdimOptions.defaults()
                    .withSpacing(TimestepSpacing.LEADING, 0)
                    .withSetAlphaToOne(false)
                    .withEta(1);
            found = deviation(options, LINEAR, 1000 / stride, t);
            found *= found;
        } else if (id.startsWith("var.ddpm_fixed_small.")) {
            found = deviation(DdpmOptions.defaults(), LINEAR, 1000, t);
            found *= found;
        } else {
            assertThat(id).startsWith("var.unclip_fixed_small_log.");
            ScheduleConfig cosine = ScheduleConfig.defaults().withPredictionType(PredictionType.SAMPLE);
            found = deviation(new UnclipOptions(Clipping.NONE), cosine, 1000, t);
        }
        assertThat(found)
                .isCloseTo(
                        c.get("expected").asDouble(),
                        within(c.at("/tolerance/abs").asDouble()));
    }

    static void timesteps(String id, JsonNode c) {
        JsonNode input = c.get("input");
        JsonNode expected = c.get("expected");
        int n = input.path("num_inference_steps").asInt();
        switch (id) {
            case "ts.ddim_offset1" ->
                assertThat(timestepsOf(run("DDIMScheduler", input, n))).isEqualTo(numbers(expected));
            case "ts.pndm_offset1" ->
                assertThat(timestepsOf(run("PNDMScheduler", input, n))).isEqualTo(numbers(expected));
            case "ts.unipc_flow_karras" -> {
                ObjectNode config = input.deepCopy();
                config.put("prediction_type", "flow_prediction");
                SamplerRun run = run("UniPCMultistepScheduler", config, n);
                assertThat(timestepsOf(run)).isEqualTo(numbers(expected.get("timesteps")));
                close(
                        run.sigmas(),
                        expected.get("sigmas"),
                        c.at("/tolerance/sigmas_abs").asDouble());
            }
            case "ts.ays_sd15", "ts.ays_sdxl" -> {
                int[] own = Arrays.stream(numbers(input.get("timesteps")))
                        .mapToInt(t -> (int) t)
                        .toArray();
                SamplerRun run = EulerOptions.defaults()
                        .run(TrainedProcess.of(scaledLinear()), new RunRequest(Steps.ofTimesteps(own), 1, 1, 1, null));
                close(run.sigmas(), expected, c.at("/tolerance/abs").asDouble());
            }
            case "ts.custom_errors" -> badTimesteps();
            case "ts.pndm_no_past" -> {
                assertThatThrownBy(() -> Steps.of(0)).isInstanceOf(IllegalArgumentException.class);
                SamplerRun run = PndmOptions.defaults()
                        .run(TrainedProcess.of(scaledLinear()), new RunRequest(Steps.of(5), 1, 1, 1, null));
                assertThatThrownBy(() -> run.step(new float[1])).hasMessageContaining("not begun");
            }
            case "ts.flowmap_contract" -> flowContract();
            default -> throw new AssertionError("nothing computes " + id);
        }
    }

    private static ScheduleConfig scaledLinear() {
        return LINEAR.withPredictionType(PredictionType.EPSILON).withBetas(BetaSchedule.SCALED_LINEAR, 0.00085, 0.012);
    }

    private static void badTimesteps() {
        assertThatThrownBy(() -> Steps.ofTimesteps(100, 87, 50, 51, 0)).hasMessageContaining("fall strictly");
        assertThatThrownBy(() -> new Steps(5, new int[] {100, 50}, null, Double.NaN, 0))
                .isInstanceOf(IllegalArgumentException.class);
        for (String name : List.of("ddpm", "lcm", "ddim")) {
            assertThatThrownBy(() -> Samplers.named(name, scaledLinear())
                            .run(new RunRequest(Steps.ofTimesteps(1000, 50), 1, 1, 1, null)))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void flowContract() {
        ScheduleConfig flow = ScheduleConfig.continuous(1000, PredictionType.FLOW);
        for (int n : new int[] {1, 2, 7, 50}) {
            SamplerRun run = Samplers.named("flow-euler", flow).run(new RunRequest(Steps.of(n), 1, 1, 1, null));
            assertThat(run.timestep(0)).isEqualTo(1000);
            assertThat(run.sigmas()).hasSize(n + 1).endsWith(0);
        }
        SamplerRun still =
                Samplers.named("flow-euler", flow).run(new RunRequest(Steps.ofSigmas(0.5, 0.5), 1, 2, 1, null));
        still.begin(Start.fromNoise(new float[] {0.3f, -2}));
        double[] before = still.x.clone();
        still.step(new float[] {5, 6});
        assertThat(still.x).containsExactly(before);
        assertThat(begun(flow, 0)).containsExactly(0.25f, -0.5f);
        assertThat(begun(flow, 1)).containsExactly(3, 4);
    }

    /** An image of 0.25, -0.5 with noise of 3, 4 at a level. */
    private static float[] begun(ScheduleConfig flow, double sigma) {
        SamplerRun run = Samplers.named("flow-euler", flow).run(new RunRequest(Steps.ofSigmas(sigma), 1, 2, 1, null));
        run.begin(Start.fromImage(new float[] {0.25f, -0.5f}, new float[] {3, 4}, 1));
        return run.latents();
    }

    static void ends(String id, JsonNode c) {
        switch (id) {
            case "alphas.terminal_linear" -> terminal(LINEAR, c);
            case "alphas.terminal_scaled_linear" -> terminal(scaledLinear(), c);
            case "alphas.zero_snr" -> {
                double tolerance = c.at("/tolerance/abs").asDouble();
                for (BetaSchedule kind : BetaSchedule.values()) {
                    if (kind != BetaSchedule.NONE) {
                        zeroSnr(NoiseSchedule.of(LINEAR.withBetas(kind, 1e-4, 0.02)), tolerance);
                    }
                }
            }
            default -> throw new AssertionError("nothing computes " + id);
        }
    }

    private static void terminal(ScheduleConfig config, JsonNode c) {
        NoiseSchedule schedule = NoiseSchedule.of(config);
        double snr = c.at("/expected/snr_T").asDouble();
        assertThat(schedule.signalToNoise(999))
                .isCloseTo(snr, within(c.at("/tolerance/relative").asDouble() * snr));
        double root = c.at("/expected/sqrt_abar_T").asDouble();
        // Printed with six decimals.
        assertThat(Math.sqrt(schedule.alphaCumprod(999))).isCloseTo(root, within(5.1e-7));
    }

    private static void zeroSnr(NoiseSchedule before, double tolerance) {
        NoiseSchedule zero = before.withZeroTerminalSnr();
        assertThat(zero.alphaCumprod(0)).isCloseTo(before.alphaCumprod(0), within(tolerance));
        assertThat(zero.alphaCumprod(999)).isZero();
        for (int t = 1; t < 1000; t++) {
            assertThat(zero.alphaCumprod(t)).isLessThan(zero.alphaCumprod(t - 1));
        }
    }

    /** Counted from 1, rising, in the paper. */
    static void spacing(JsonNode c) {
        TimestepSpacing spacing =
                TimestepSpacing.valueOf(c.at("/input/spacing").asText().toUpperCase(Locale.ROOT));
        int[] falling =
                spacing.timesteps(c.at("/input/T").asInt(), c.at("/input/S").asInt(), 0);
        double[] expected = numbers(c.get("expected"));
        assertThat(falling).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(falling[expected.length - 1 - i] + 1.0).isEqualTo(expected[i]);
        }
    }

    private static SamplerRun run(String className, JsonNode input, int steps) {
        ObjectNode config = JSON.createObjectNode();
        input.fields().forEachRemaining(f -> {
            if (f.getKey().equals("T")) {
                config.set("num_train_timesteps", f.getValue());
            } else if (!f.getKey().equals("num_inference_steps")) {
                config.set(f.getKey(), f.getValue());
            }
        });
        SchedulerConfig c = SchedulerConfig.of(className, config);
        return c.options().run(c.process(), new RunRequest(Steps.of(steps), 1, 1, 1, null));
    }

    private static double[] timestepsOf(SamplerRun run) {
        return IntStream.range(0, run.calls()).mapToDouble(run::timestep).toArray();
    }

    private static double[] numbers(JsonNode array) {
        double[] out = new double[array.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = array.get(i).asDouble();
        }
        return out;
    }

    private static void close(double[] found, JsonNode expected, double tolerance) {
        assertThat(found).hasSize(expected.size());
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("level %d", i).isCloseTo(expected.get(i).asDouble(), within(tolerance));
        }
    }
}
