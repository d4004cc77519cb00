package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/** A case of the schedulers' fixture. */
final class FixtureRun {
    private final JsonNode c;
    private final FixtureTensors tensors;
    private final String prefix;

    FixtureRun(JsonNode c, FixtureTensors tensors) {
        this.c = c;
        this.tensors = tensors;
        prefix = c.get("name").asText() + ".";
    }

    boolean has(String key) {
        return tensors.has(prefix + key);
    }

    double[] values(String key) {
        return tensors.values(prefix + key);
    }

    /** The run that the case describes; its stochastic steps draw the stored noise. */
    SamplerRun run() {
        SchedulerConfig config = SchedulerConfig.of(c.get("scheduler").asText(), c.get("config"));
        Sampler sampler = Samplers.of(stepArguments(config.options(), c.get("step_kwargs")), config.process());
        double[] noise = has("in.step_noise") ? values("in.step_noise") : new double[0];
        int[] drawn = {0};
        NoiseSource stored = out -> {
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) noise[drawn[0]++];
            }
        };
        return sampler.run(new RunRequest(steps(), 1, values("in.noise0").length, 1, stored));
    }

    private Steps steps() {
        JsonNode k = c.get("set_timesteps_kwargs");
        Steps steps = k.has("timesteps")
                ? Steps.ofTimesteps(ints(k.get("timesteps")))
                : k.has("sigmas")
                        ? Steps.ofSigmas(doubles(k.get("sigmas")))
                        : Steps.of(c.get("num_inference_steps").asInt());
        return steps.withMu(k.path("mu").asDouble(Double.NaN))
                .withOriginalSteps(k.path("original_inference_steps").asInt(0));
    }

    private static int[] ints(JsonNode a) {
        int[] out = new int[a.size()];
        Arrays.setAll(out, i -> a.get(i).asInt());
        return out;
    }

    private static double[] doubles(JsonNode a) {
        double[] out = new double[a.size()];
        Arrays.setAll(out, i -> a.get(i).asDouble());
        return out;
    }

    /** What diffusers takes with each step rather than from the configuration. */
    private static SamplerOptions stepArguments(SamplerOptions o, JsonNode k) {
        Churn churn = new Churn(
                k.path("s_churn").asDouble(0),
                k.path("s_tmin").asDouble(0),
                k.path("s_tmax").asDouble(Double.POSITIVE_INFINITY),
                k.path("s_noise").asDouble(1));
        if (o instanceof DdimOptions d) {
            return d.withEta(k.path("eta").asDouble(0))
                    .withClipping(
                            d.clipping(), k.path("use_clipped_model_output").asBoolean(false));
        } else if (o instanceof TcdOptions t) {
            return t.withEta(k.path("eta").asDouble(t.eta()));
        } else if (o instanceof LmsOptions l) {
            return l.withOrder(k.path("order").asInt(4));
        } else if (o instanceof EulerOptions e) {
            return e.withChurn(churn);
        } else if (o instanceof EdmOptions e) {
            return e.withChurn(churn);
        }
        return o;
    }

    interface Model {
        void predict(int call, float[] input, double timestep, float[] out);
    }

    /** Runs and compares latents and estimates after each call, but for what the library drove to NaN itself. */
    void compare(double tolerance, Model model) {
        SamplerRun run = run();
        double[] expected = values("out.samples");
        double[] clean = has("mid.pred_original") ? values("mid.pred_original") : null;
        float[] noise = floats(values("in.noise0"));
        run.begin(Start.fromNoise(noise));
        float[] input = new float[noise.length];
        float[] prediction = new float[noise.length];
        double largest = largest(expected);
        double largestClean = clean == null ? 1 : largest(clean);
        for (int call = 0; call < run.calls(); call++) {
            run.input(input);
            model.predict(call, input, run.timestep(call), prediction);
            run.step(prediction);
            for (int i = 0; i < noise.length; i++) {
                double value = expected[call * noise.length + i];
                assertThat(run.x[i]).isFinite();
                if (Double.isFinite(value)) {
                    assertThat(run.x[i]).as("call %d", call).isCloseTo(value, within(tolerance * largest));
                }
                if (clean != null && Double.isFinite(clean[call * noise.length + i])) {
                    assertThat(run.clean[i])
                            .as("estimate of call %d", call)
                            .isCloseTo(clean[call * noise.length + i], within(tolerance * largestClean));
                }
            }
        }
    }

    private static double largest(double[] a) {
        return Arrays.stream(a).filter(Double::isFinite).map(Math::abs).max().orElse(1);
    }

    static float[] floats(double[] a) {
        float[] out = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = (float) a[i];
        }
        return out;
    }
}
