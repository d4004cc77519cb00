package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.Oracles;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;
import org.ragdiff.diffusion.schedule.NoiseSchedule;

/** Loops, variances, timesteps and tables that diffusers' own tests and papers print, and computed loops and tables. */
class SchedulerOracleTest {
    private static final String PUBLISHED = "01_schedulers.json";
    private static final String COMPUTED = "10_computed_reference_runs.json";

    static Stream<Arguments> published() {
        return Oracles.cases(SchedulerOracleTest.class, PUBLISHED);
    }

    static Stream<Arguments> computed() {
        return Oracles.cases(SchedulerOracleTest.class, COMPUTED, "loop.");
    }

    static Stream<Arguments> tables() {
        return Oracles.cases(SchedulerOracleTest.class, COMPUTED, "alphas.");
    }

    /** All cases of the file: one that nothing here knows fails. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("published")
    void publishedFigures(String id, JsonNode c) {
        switch (id.substring(0, id.indexOf('.'))) {
            case "sched" -> publishedLoop(c);
            case "var" -> SchedulerFacts.variance(id, c);
            case "ts" -> SchedulerFacts.timesteps(id, c);
            case "alphas" -> SchedulerFacts.ends(id, c);
            case "spacing" -> SchedulerFacts.spacing(c);
            default -> throw new AssertionError("nothing computes " + id);
        }
    }

    private static void publishedLoop(JsonNode c) {
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
        loop(run, name);
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
        loop(run, "scaled_keep");
        JsonNode expected = c.get("expected");
        double sum = Arrays.stream(run.x).map(Math::abs).sum();
        double wanted = expected.get("sum_abs").asDouble();
        assertThat(sum).isCloseTo(wanted, within(2e-4 * wanted + 1e-5));
        assertThat(run.x[((1 * 3 + 2) * 8 + 3) * 8 + 4])
                .isCloseTo(expected.get("x_1234").asDouble(), within(2e-4 * wanted / 768 * 4 + 1e-5));
    }

    /** The usage is {@code scaled_keep}; published loops overwrite the state or do not scale what the network sees. */
    private static void loop(SamplerRun run, String procedure) {
        float[] input = new float[run.x.length];
        float[] out = new float[input.length];
        while (run.call() < run.calls()) {
            run.input(input);
            if (procedure.equals("plain")) {
                for (int i = 0; i < input.length; i++) {
                    input[i] = (float) run.x[i];
                }
            }
            float t = (float) run.timestep(run.call());
            for (int i = 0; i < out.length; i++) {
                out[i] = input[i] * t / (t + 1);
                if (procedure.equals("scaled")) {
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("tables")
    void tablesOfAlphas(String id, JsonNode c) {
        ObjectNode config = c.get("input").deepCopy();
        config.put("num_train_timesteps", config.remove("T").asInt());
        NoiseSchedule schedule =
                SchedulerConfig.of("DDPMScheduler", config).process().schedule();
        JsonNode t = c.at("/expected/t");
        for (int i = 0; i < t.size(); i++) {
            int at = t.get(i).asInt();
            double abar = c.at("/expected/abar").get(i).asDouble();
            assertThat(schedule.alphaCumprod(at)).as("alpha at %d", at).isCloseTo(abar, within(1e-6 * abar));
            double tolerance = c.at("/tolerance/relative").asDouble();
            if (c.at("/expected/beta").has(i)) {
                double beta = c.at("/expected/beta").get(i).asDouble();
                double before = at == 0 ? 1 : schedule.alphaCumprod(at - 1);
                // Of a table in float32: the difference of two numbers close to 1.
                assertThat(1 - schedule.alphaCumprod(at) / before)
                        .as("beta at %d", at)
                        .isCloseTo(beta, within(tolerance * beta + 1.5e-7));
            }
        }
    }

    /** The other kinds of the file are read by {@code TimestepOracleTest} and in the package of diffusers' networks. */
    @Test
    void noKindOfComputedCasesIsLeftOut() {
        List<String> kinds = List.of("loop.", "alphas.", "ts.", "sdtiny.", "clip_vision.", "prim.");
        Oracles.cases(getClass(), COMPUTED)
                .map(a -> (String) a.get()[0])
                .forEach(id -> assertThat(kinds).as(id).anyMatch(id::startsWith));
    }
}
