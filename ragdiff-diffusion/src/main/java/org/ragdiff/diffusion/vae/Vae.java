package org.ragdiff.diffusion.vae;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A variational autoencoder with a diagonal normal posterior (Kingma and Welling 2014) in the shape of
 * latent diffusion's (Rombach et al. 2022), made cheap for CPUs: pixels are folded into channels before the
 * first convolution and unfolded after the last. Parameter names are diffusers' AutoencoderKL's. Applying
 * it is thread-safe.
 */
public final class Vae extends Module {
    private static final float MIN_LOG_VARIANCE = -30;
    private static final float MAX_LOG_VARIANCE = 20;

    private final VaeConfig config;
    private final VaeEncoder encoder;
    private final VaeDecoder decoder;
    private final Conv2d quantConv;
    private final Conv2d postQuantConv;

    /** New weights, a function of {@code random}. */
    public Vae(SplittableRandom random, VaeConfig config) {
        this.config = config;
        int c = config.latentChannels();
        encoder = child("encoder", new VaeEncoder(random, config));
        decoder = child("decoder", new VaeDecoder(random, config));
        quantConv = child("quant_conv", new Conv2d(random, 2 * c, 2 * c, 1));
        postQuantConv = child("post_quant_conv", new Conv2d(random, c, c, 1));
    }

    public VaeConfig config() {
        return config;
    }

    /**
     * @param images [N, H, W, 3] in [-1, 1], H and W multiples of the factor
     * @return the posterior of the unscaled latents [N, H/f, W/f, C]
     */
    public Posterior encode(Tape t, Var images) {
        Var moments = quantConv.apply(t, encoder.apply(t, images));
        int c = config.latentChannels();
        return new Posterior(Shapes.sliceChannels(t, moments, 0, c), Shapes.sliceChannels(t, moments, c, c));
    }

    /** Unscaled latents [N, h, w, C] to images [N, h·f, w·f, 3], not clipped. */
    public Var decode(Tape t, Var latents) {
        return decoder.apply(t, postQuantConv.apply(t, latents));
    }

    /** A diagonal normal distribution; both [N, h, w, C]. */
    public record Posterior(Var mean, Var logVariance) {
        /** mean + exp(logVariance / 2) · noise, one noise value for each element. */
        public Var sample(Tape t, float[] noise) {
            float[] z = HostArrays.read(mean.value());
            float[] lv = HostArrays.read(logVariance.value());
            if (noise.length != z.length) {
                throw new IllegalArgumentException(noise.length + " noise values for " + z.length + " latents");
            }
            float[] spread = new float[z.length];
            for (int i = 0; i < z.length; i++) {
                float clamped = Math.max(MIN_LOG_VARIANCE, Math.min(MAX_LOG_VARIANCE, lv[i]));
                spread[i] = (float) Math.exp(0.5 * clamped) * noise[i];
                z[i] += spread[i];
            }
            INDArray out = t.allocate(mean.shape());
            HostArrays.write(out, z);
            return t.record(
                    out,
                    grad -> {
                        t.accumulateShared(mean, grad);
                        float[] g = HostArrays.read(grad);
                        for (int i = 0; i < g.length; i++) {
                            boolean inside = lv[i] > MIN_LOG_VARIANCE && lv[i] < MAX_LOG_VARIANCE;
                            g[i] *= inside ? 0.5f * spread[i] : 0;
                        }
                        INDArray gv = t.allocate(logVariance.shape());
                        HostArrays.write(gv, g);
                        t.accumulate(logVariance, gv);
                    },
                    mean,
                    logVariance);
        }
    }
}
