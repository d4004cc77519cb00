package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;
import org.ragdiff.diffusion.schedule.NoiseSchedule;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** Whole loops that diffusers' own tests print, and loops computed with it as pipelines run them. */
class SchedulerOracleTest {
    private static final Set<String> NOT_OFFERED = Set.of(
            "UnCLIPScheduler",
            "DDIMInverseScheduler",
            "DPMSolverMultistepInverseScheduler",
            "EDMDPMSolverMultistepScheduler",
            "CMStochasticIterativeScheduler",
            "FlowMatchHeunDiscreteScheduler");

    static Stream<Arguments> published() {
        return cases("/oracles/01_schedulers.json", "sched.").filter(a -> {
            JsonNode c = (JsonNode) a.get()[1];
            return !NOT_OFFERED.contains(c.get("scheduler").asText());
        });
    }

    static Stream<Arguments> computed() {
        return cases("/oracles/scheduler_loops.json", "loop.").filter(a -> {
            JsonNode c = (JsonNode) a.get()[1];
            return !NOT_OFFERED.contains(c.at("/input/scheduler").asText());
        });
    }

    private static Stream<Arguments> cases(String file, String prefix) {
        JsonNode all = FixtureTensors.json(SchedulerOracleTest.class, file).get("cases");
        return StreamSupport.stream(all.spliterator(), false)
                .filter(c -> c.get("id").asText().startsWith(prefix))
                .map(c -> Arguments.of(c.get("id").asText(), c));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("published")
    void publishedLoops(String id, JsonNode c) {
        JsonNode procedure = c.get("procedure");
        SchedulerConfig config = SchedulerConfig.of(c.get("scheduler").asText(), c.get("config_effective"));
        SamplerOptions options = config.options();
        if (options instanceof TcdOptions t) {
            options = t.withEta(procedure.path("eta").asDouble(t.eta()));
        } else if (options instanceof LmsOptions l) {
            options = l.withFullOrderAtOnce(true);
        }
        boolean all = procedure.get("name").asText().endsWith("_all");
        int n = all
                ? config.training().numTrainTimesteps()
                : procedure.get("num_inference_steps").asInt();
        int skipped = procedure.path("t_start").asInt(0);
        JsonNode shape = c.at("/input/shape");
        int size = 1;
        for (JsonNode s : shape) {
            size *= s.asInt();
        }
        String name = procedure.get("name").asText();
        RunRequest request = new RunRequest(
                Steps.of(n),
                Math.min(1, (n - skipped + 1e-9) / n),
                size,
                shape.get(0).asInt(),
                NoiseSource.of(0));
        SamplerRun run = options.run(config.process(), request);
        double[] x = sample(size, shape.get(0).asInt());
        double scale = name.startsWith("scaled") ? run.startScale() : 1;
        run.begin(Start.fromNoise(new float[size]));
        for (int i = 0; i < size; i++) {
            double noise = (size - 1.0) / size - x[i];
            run.x[i] = skipped == 0
                    ? scale * x[i]
                    : run.signal(run.firstCall()) * scale * x[i] + run.noise(run.firstCall()) * noise;
        }
        loop(run, name.equals("scaled"));
        double sum = Arrays.stream(run.x).map(Math::abs).sum();
        JsonNode expected = c.get("expected");
        JsonNode tolerance = c.get("tolerance");
        if (expected.has("sum_abs")) {
            double allowed = Math.max(
                    tolerance.get("sum_abs_abs").asDouble(),
                    c.at("/tolerance_if_float64_tables/sum_abs_abs").asDouble(0));
            assertThat(sum).isCloseTo(expected.get("sum_abs").asDouble(), within(allowed));
        }
        assertThat(sum / size)
                .isCloseTo(
                        expected.get("mean_abs").asDouble(),
                        within(tolerance.get("mean_abs_abs").asDouble()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("computed")
    void computedLoops(String id, JsonNode c) {
        JsonNode input = c.get("input");
        SchedulerConfig config = SchedulerConfig.of(input.get("scheduler").asText(), input.get("config"));
        Steps steps = Steps.of(input.get("num_inference_steps").asInt())
                .withMu(input.at("/set_timesteps/mu").asDouble(Double.NaN));
        SamplerRun run = config.options().run(config.process(), new RunRequest(steps, 1, 768, 4, NoiseSource.of(0)));
        double[] x = sample(768, 4);
        float[] start = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            start[i] = (float) x[i];
        }
        run.begin(Start.fromNoise(start));
        loop(run, false);
        JsonNode expected = c.get("expected");
        double sum = Arrays.stream(run.x).map(Math::abs).sum();
        double wanted = expected.get("sum_abs").asDouble();
        assertThat(sum).isCloseTo(wanted, within(2e-4 * wanted + 1e-5));
        assertThat(run.x[((1 * 3 + 2) * 8 + 3) * 8 + 4])
                .isCloseTo(expected.get("x_1234").asDouble(), within(2e-4 * wanted / 768 * 4 + 1e-5));
    }

    private static void loop(SamplerRun run, boolean overwritesState) {
        float[] input = new float[run.x.length];
        float[] out = new float[input.length];
        while (run.call() < run.calls()) {
            run.input(input);
            float t = (float) run.timestep(run.call());
            for (int i = 0; i < out.length; i++) {
                out[i] = input[i] * t / (t + 1);
                if (overwritesState) {
                    run.x[i] = input[i];
                }
            }
            run.step(out);
        }
    }

    /** The whole numbers below the size, divided by it, with the batch axis fastest. */
    private static double[] sample(int size, int batch) {
        double[] x = new double[size];
        int each = size / batch;
        for (int n = 0; n < batch; n++) {
            for (int i = 0; i < each; i++) {
                x[n * each + i] = (float) (i * batch + n) / size;
            }
        }
        return x;
    }

    @Test
    void tablesOfAlphas() {
        cases("/oracles/scheduler_loops.json", "alphas.").forEach(a -> {
            JsonNode c = (JsonNode) a.get()[1];
            JsonNode input = c.get("input");
            if (!input.has("beta_schedule")) {
                return;
            }
            var config = SchedulerConfig.of("DDPMScheduler", strip(input)).process();
            JsonNode t = c.at("/expected/t");
            for (int i = 0; i < t.size(); i++) {
                double expected = c.at("/expected/abar").get(i).asDouble();
                assertThat(config.schedule().alphaCumprod(t.get(i).asInt()))
                        .as("%s at %s", c.get("id"), t.get(i))
                        .isCloseTo(expected, within(1e-6 * expected));
            }
        });
    }

    private static JsonNode strip(JsonNode input) {
        com.fasterxml.jackson.databind.node.ObjectNode out = input.deepCopy();
        out.put("num_train_timesteps", out.remove("T").asInt());
        return out;
    }

    @Test
    void publishedTimesteps() {
        assertThat(TimestepSpacing.LEADING.timesteps(1000, 5, 1)).containsExactly(801, 601, 401, 201, 1);
        assertThat(TimestepSpacing.LEADING.timesteps(1000, 10, 0))
                .containsExactly(900, 800, 700, 600, 500, 400, 300, 200, 100, 0);
        assertThat(TimestepSpacing.TRAILING.timesteps(1000, 10, 0))
                .containsExactly(999, 899, 799, 699, 599, 499, 399, 299, 199, 99);
        PndmOptions pndm = new PndmOptions(TimestepSpacing.LEADING, 1, false, false);
        SamplerRun run = pndm.run(latent(), new RunRequest(Steps.of(10), 1, 1, 1, null));
        int[] expected = {901, 851, 851, 801, 801, 751, 751, 701, 701, 651, 651, 601, 601, 501, 401, 301, 201, 101, 1};
        for (int i = 0; i < expected.length; i++) {
            assertThat(run.timestep(i)).isEqualTo(expected[i]);
        }
    }

    @Test
    void publishedLevels() {
        // UniPC with Karras levels of a flow.
        SchedulerConfig c = SchedulerConfig.of(
                "UniPCMultistepScheduler", FixtureTensors.json(getClass(), "/oracles/unipc_flow_karras.json"));
        SamplerRun run = c.options().run(c.process(), new RunRequest(Steps.of(5), 1, 1, 1, null));
        double[] sigmas = {
            0.9950248599052429, 0.9787454605102539, 0.8774884343147278, 0.3604971766471863, 0.009900986216962337, 0
        };
        int[] timesteps = {995, 978, 877, 360, 9};
        for (int i = 0; i < sigmas.length; i++) {
            assertThat(run.sigmas()[i]).isCloseTo(sigmas[i], within(1e-6));
        }
        for (int i = 0; i < timesteps.length; i++) {
            assertThat(run.timestep(i)).isEqualTo(timesteps[i]);
        }
        // "Align Your Steps": levels at given timesteps.
        int[] ays = {999, 850, 736, 645, 545, 455, 343, 233, 124, 24};
        double[] levels = {14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0};
        SamplerRun euler = EulerOptions.defaults().run(latent(), new RunRequest(Steps.ofTimesteps(ays), 1, 1, 1, null));
        for (int i = 0; i < levels.length; i++) {
            assertThat(euler.sigmas()[i]).isCloseTo(levels[i], within(0.005));
        }
    }

    private static TrainedProcess latent() {
        return SchedulerConfig.of("LCMScheduler", FixtureTensors.json(SchedulerOracleTest.class, "/oracles/empty.json"))
                .process();
    }

    @Test
    void publishedEndsOfSchedules() {
        NoiseSchedule latent = latent().schedule();
        assertThat(latent.signalToNoise(999)).isCloseTo(0.004682, within(1e-6));
        assertThat(Math.sqrt(latent.alphaCumprod(999))).isCloseTo(0.068265, within(1e-6));
        NoiseSchedule zero = latent.withZeroTerminalSnr();
        assertThat(zero.alphaCumprod(0)).isCloseTo(latent.alphaCumprod(0), within(1e-6));
        assertThat(zero.alphaCumprod(999)).isZero();
        for (int t = 1; t < 1000; t++) {
            assertThat(zero.alphaCumprod(t)).isLessThan(zero.alphaCumprod(t - 1));
        }
    }
}
