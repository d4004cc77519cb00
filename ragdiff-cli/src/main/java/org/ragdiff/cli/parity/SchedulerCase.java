package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Arrays;
import org.ragdiff.diffusion.sampler.Churn;
import org.ragdiff.diffusion.sampler.DdimOptions;
import org.ragdiff.diffusion.sampler.EdmOptions;
import org.ragdiff.diffusion.sampler.EulerOptions;
import org.ragdiff.diffusion.sampler.LmsOptions;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.RunRequest;
import org.ragdiff.diffusion.sampler.SamplerOptions;
import org.ragdiff.diffusion.sampler.SamplerRun;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.sampler.TcdOptions;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/** A trajectory of one of diffusers' schedulers: its configuration, arguments and tensors. */
record SchedulerCase(FixtureObject index, FixtureTensors tensors) {
    String name() {
        return index.text("name");
    }

    boolean has(String key) {
        return tensors.has(name() + "." + key);
    }

    double[] values(String key) throws IOException {
        return tensors.values(name() + "." + key);
    }

    SchedulerConfig config() {
        return SchedulerConfig.of(
                index.text("scheduler"), index.object("config").node());
    }

    /** A run whose stochastic steps draw the stored noise. */
    SamplerRun run() throws IOException {
        double[] noise = has("in.step_noise") ? values("in.step_noise") : new double[0];
        int[] drawn = {0};
        NoiseSource stored = out -> {
            if (drawn[0] + out.length > noise.length) {
                throw new FixtureException(name() + " draws more noise than the " + noise.length + " values stored");
            }
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) noise[drawn[0]++];
            }
        };
        long[] shape = tensors.shape(name() + ".in.noise0");
        int size = Math.toIntExact(tensors.info(name() + ".in.noise0").length());
        int samples = Math.toIntExact(shape[0]);
        SchedulerConfig config = config();
        return stepArguments(config.options()).run(config.process(), new RunRequest(steps(), 1, size, samples, stored));
    }

    private Steps steps() {
        FixtureObject k = index.object("set_timesteps_kwargs");
        Steps steps;
        if (k.has("timesteps")) {
            steps = Steps.ofTimesteps(
                    Arrays.stream(k.numbers("timesteps")).mapToInt(t -> (int) t).toArray());
        } else if (k.has("sigmas")) {
            steps = Steps.ofSigmas(k.numbers("sigmas"));
        } else {
            steps = Steps.of(index.integer("num_inference_steps"));
        }
        return steps.withMu(k.numberOr("mu", Double.NaN)).withOriginalSteps(k.integerOr("original_inference_steps", 0));
    }

    /** What diffusers takes with each step rather than from the configuration. */
    private SamplerOptions stepArguments(SamplerOptions o) {
        FixtureObject k = index.object("step_kwargs");
        Churn churn = new Churn(
                k.numberOr("s_churn", 0),
                k.numberOr("s_tmin", 0),
                k.numberOr("s_tmax", Double.POSITIVE_INFINITY),
                k.numberOr("s_noise", 1));
        if (o instanceof DdimOptions d) {
            return d.withEta(k.numberOr("eta", 0))
                    .withClipping(d.clipping(), k.flagOr("use_clipped_model_output", false));
        } else if (o instanceof TcdOptions t) {
            return t.withEta(k.numberOr("eta", t.eta()));
        } else if (o instanceof LmsOptions l) {
            return l.withOrder(k.integerOr("order", l.order()));
        } else if (o instanceof EulerOptions e) {
            return e.withChurn(churn);
        } else if (o instanceof EdmOptions e) {
            return e.withChurn(churn);
        }
        return o;
    }

    /** The model that the trajectory was made with, in double precision. */
    void model(float[] x, double t, float[] out) {
        String kind = index.text("model");
        for (int i = 0; i < x.length; i++) {
            double v =
                    switch (kind) {
                        case "eps" -> 0.3 * Math.sin(3.0 * x[i]) + 0.1 * Math.cos(0.01 * t);
                        case "v" -> 0.8 * Math.tanh(x[i]) - 0.05 * Math.sin(0.02 * t);
                        default -> throw new UnsupportedCaseException("RAGDiff knows no model " + kind);
                    };
            out[i] = (float) v;
        }
    }
}
