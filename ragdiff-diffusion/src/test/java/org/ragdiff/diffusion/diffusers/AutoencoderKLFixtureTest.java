package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.vae.Vae;

/** AutoencoderKL against diffusers' own outputs. */
class AutoencoderKLFixtureTest {
    private static final double TOLERANCE = 1e-5;

    @Test
    void encodesAndDecodesAsDiffusers() throws IOException {
        for (JsonNode c : Goldens.cases("vae")) {
            String checkpoint = c.get("checkpoint").asText();
            List<String> checkpoints = new ArrayList<>(List.of(checkpoint));
            if (checkpoint.equals("sd4")) {
                checkpoints.add("sd4-legacy-names");
            }
            for (String name : checkpoints) {
                try (AutoencoderKL vae =
                        AutoencoderKL.load(Goldens.folder("vae").resolve(name))) {
                    check(vae, Goldens.tensors("vae", c), name + " " + c.get("name"));
                }
            }
        }
    }

    private static void check(AutoencoderKL vae, FixtureTensors f, String what) {
        float[][] kept = new float[2][];
        float[] mean = Goldens.run(t -> {
            Vae.Posterior p = vae.encode(t, Goldens.input(t, f, "in.image"));
            kept[0] = HostArrays.read(p.logVariance().value());
            return p.mean();
        });
        near(f, "out.mean_f64", mean, what);
        float[] logVariance = kept[0];
        float[] deviation = new float[mean.length];
        for (int i = 0; i < mean.length; i++) {
            logVariance[i] = Math.max(-30, Math.min(20, logVariance[i]));
            deviation[i] = (float) Math.exp(0.5 * logVariance[i]);
        }
        near(f, "out.logvar", logVariance, what);
        near(f, "out.std", deviation, what);

        float[] sample = Goldens.run(t -> {
            float[] noise = HostArrays.read(Goldens.input(t, f, "in.noise").value());
            return vae.encode(t, Goldens.input(t, f, "in.image")).sample(t, noise);
        });
        near(f, "out.sample", sample, what);
        float[] scaled = sample.clone();
        vae.scale(scaled);
        near(f, "out.sample_scaled", scaled, what);
        vae.unscale(scaled);
        near(f, "out.sample", scaled, what);

        float[] decoded = Goldens.run(t -> {
            float[] z = HostArrays.read(Goldens.input(t, f, "in.latent_scaled").value());
            vae.unscale(z);
            int[] s = f.shape("in.latent_scaled");
            return vae.decode(t, Goldens.array(t, z, s[0], s[2], s[3], s[1]));
        });
        near(f, "out.decoded_f64", decoded, what);
        float[] reconstruction = Goldens.run(t -> vae.decode(t, Goldens.input(t, f, "out.mean")));
        near(f, "out.reconstruction_of_mean", reconstruction, what);
    }

    /** The decoder is recorded whole: nothing in it is computed beside the tape. */
    @Test
    void plansDecodeTheSame() throws IOException {
        for (JsonNode c : Goldens.cases("vae")) {
            FixtureTensors f = Goldens.tensors("vae", c);
            int[] s = f.shape("out.mean");
            double[] mean = Goldens.channelsLast(f.values("out.mean"), s);
            float[] latents = new float[mean.length];
            for (int i = 0; i < mean.length; i++) {
                latents[i] = (float) mean[i];
            }
            try (AutoencoderKL vae = AutoencoderKL.load(
                            Goldens.folder("vae").resolve(c.get("checkpoint").asText()));
                    Kernels kernels = KernelProviders.defaultKernels();
                    GraphBuilder b = new GraphBuilder()) {
                b.output("out", vae.decode(b.tape(), b.input("latents", s[0], s[2], s[3], s[1])));
                try (Plan plan = kernels.compile(b.build())) {
                    plan.set("latents", latents);
                    plan.run();
                    near(f, "out.reconstruction_of_mean", HostArrays.read(plan.output("out")), c.toString());
                }
            }
        }
    }

    private static void near(FixtureTensors f, String name, float[] got, String what) {
        assertThat(Goldens.relativeError(f, name, got)).as(what + " " + name).isLessThan(TOLERANCE);
    }
}
