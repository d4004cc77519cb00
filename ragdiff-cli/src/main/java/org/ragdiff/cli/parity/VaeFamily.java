package org.ragdiff.cli.parity;

import java.io.IOException;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.vae.Vae;

/** diffusers' AutoencoderKL: posterior, sample, scaling, decoding and reconstruction of each case. */
final class VaeFamily implements ParityFamily {
    @Override
    public String name() {
        return "vae";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        for (FixtureObject c : folder.index().objects("cases")) {
            run.check(c.text("name"), UNetFamily.TOLERANCE, d -> {
                try (AutoencoderKL vae = AutoencoderKL.load(UNetFamily.checkpoint(folder, c, "checkpoint"));
                        FixtureTensors tensors = folder.tensors(c.text("file"));
                        NetworkPass pass = new NetworkPass(run.kernels(), tensors, d)) {
                    encode(vae, pass);
                    decode(vae, pass);
                }
            });
        }
    }

    private static void encode(AutoencoderKL vae, NetworkPass pass) throws IOException {
        Vae.Posterior p = vae.encode(pass.tape(), pass.map("in.image"));
        pass.compareMap("out.mean", p.mean());
        float[] logVariance = HostArrays.read(p.logVariance().value());
        float[] deviation = new float[logVariance.length];
        for (int i = 0; i < deviation.length; i++) {
            logVariance[i] = Math.max(-30, Math.min(20, logVariance[i]));
            deviation[i] = (float) Math.exp(0.5 * logVariance[i]);
        }
        pass.compareMap("out.logvar", pass.array(logVariance, p.mean().shape()));
        pass.compareMap("out.std", pass.array(deviation, p.mean().shape()));
        Var sample = p.sample(pass.tape(), HostArrays.read(pass.map("in.noise").value()));
        pass.compareMap("out.sample", sample);
        float[] scaled = HostArrays.read(sample.value());
        vae.scale(scaled);
        pass.compareMap("out.sample_scaled", pass.array(scaled, sample.shape()));
    }

    private static void decode(AutoencoderKL vae, NetworkPass pass) throws IOException {
        Var scaled = pass.map("in.latent_scaled");
        float[] latents = HostArrays.read(scaled.value());
        vae.unscale(latents);
        pass.compareMap("out.decoded", vae.decode(pass.tape(), pass.array(latents, scaled.shape())));
        if (pass.has("out.reconstruction_of_mean")) {
            Var mean = pass.map("out.mean");
            pass.compareMap("out.reconstruction_of_mean", vae.decode(pass.tape(), mean));
        }
    }
}
