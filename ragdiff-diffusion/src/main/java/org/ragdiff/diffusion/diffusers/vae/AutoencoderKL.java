package org.ragdiff.diffusion.diffusers.vae;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.vae.Vae;

/**
 * The codec of latent diffusion (Rombach et al. 2022) as diffusers' AutoencoderKL. Applying it is
 * thread-safe.
 */
public final class AutoencoderKL extends Module {
    static final double EPS = 1e-6;

    /** Names of attention weights in files of diffusers before 0.18, and today's. */
    private static final Map<String, String> LEGACY =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

    private final AutoencoderKLConfig config;
    private final Encoder encoder;
    private final Decoder decoder;
    private final Conv2d quantConv;
    private final Conv2d postQuantConv;

    private AutoencoderKL(SplittableRandom random, AutoencoderKLConfig config) {
        this.config = config;
        int c = config.latentChannels();
        encoder = child("encoder", new Encoder(random, config, 2 * c));
        decoder = child("decoder", new Decoder(random, config));
        quantConv = config.quantConv() ? child("quant_conv", new Conv2d(random, 2 * c, 2 * c, 1)) : null;
        postQuantConv = config.postQuantConv() ? child("post_quant_conv", new Conv2d(random, c, c, 1)) : null;
    }

    /** New weights as torch.nn initialises them, a function of the seed. */
    public static AutoencoderKL random(AutoencoderKLConfig config, long seed) {
        return new AutoencoderKL(new SplittableRandom(seed), config);
    }

    /** Without weights: takes no memory until {@link #load(java.util.Map) loaded}. */
    public static AutoencoderKL unset(AutoencoderKLConfig config) {
        return new AutoencoderKL(null, config);
    }

    /**
     * Reads {@code config.json} and weights of a folder such as {@code vae}; F16, BF16 and F64 become
     * float32. Attention weights may have their names of before diffusers 0.18.
     *
     * @throws CheckpointException if the configuration needs what is not implemented, or listing every
     *     missing, unexpected and mis-shaped weight
     */
    public static AutoencoderKL load(Path folder) throws IOException {
        AutoencoderKLConfig config = AutoencoderKLConfig.read(CheckpointFolder.config(folder));
        AutoencoderKL vae = unset(config);
        try {
            CheckpointFolder.load(folder, CheckpointFolder.DIFFUSERS, vae, n -> Optional.of(currentName(n)));
            return vae;
        } catch (IOException | RuntimeException e) {
            vae.close();
            throw e;
        }
    }

    /** The name that an attention weight has today. */
    public static String currentName(String name) {
        String[] parts = name.split("\\.");
        int at = parts.length - 2;
        if (at > 0 && name.contains(".attentions.")) {
            parts[at] = LEGACY.getOrDefault(parts[at], parts[at]);
        }
        return String.join(".", parts);
    }

    /** Writes a folder that diffusers loads; {@code storage} is F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        CheckpointFolder.save(folder, CheckpointFolder.DIFFUSERS, config.toJson(), this, storage);
    }

    public AutoencoderKLConfig config() {
        return config;
    }

    /**
     * @param images [N, H, W, in_channels] in [-1, 1]; odd sides lose their last row or column
     * @return the posterior of the unscaled latents [N, h, w, latent_channels]; its log-variance is not
     *     clamped yet
     */
    public Vae.Posterior encode(Tape t, Var images) {
        requireChannels("images", images, config.inChannels());
        if (images.size(1) < config.factor() || images.size(2) < config.factor()) {
            throw new IllegalArgumentException("images must have sides of at least " + config.factor() + ", got "
                    + images.size(1) + " x " + images.size(2));
        }
        Var moments = encoder.apply(t, images);
        moments = quantConv == null ? moments : quantConv.apply(t, moments);
        int c = config.latentChannels();
        return new Vae.Posterior(Shapes.sliceChannels(t, moments, 0, c), Shapes.sliceChannels(t, moments, c, c));
    }

    /** Unscaled latents [N, h, w, latent_channels] to images [N, h·f, w·f, out_channels], not clipped. */
    public Var decode(Tape t, Var latents) {
        requireChannels("latents", latents, config.latentChannels());
        return decoder.apply(t, postQuantConv == null ? latents : postQuantConv.apply(t, latents));
    }

    /** What diffusion works on: (z − shift) · scaling, in place. */
    public void scale(float[] latents) {
        for (int i = 0; i < latents.length; i++) {
            latents[i] = (float) ((latents[i] - config.shiftFactor()) * config.scalingFactor());
        }
    }

    /** The inverse of {@link #scale}, in place: what {@link #decode} takes. */
    public void unscale(float[] latents) {
        for (int i = 0; i < latents.length; i++) {
            latents[i] = (float) (latents[i] / config.scalingFactor() + config.shiftFactor());
        }
    }

    private static void requireChannels(String name, Var v, int channels) {
        if (v.rank() != 4 || v.size(3) != channels) {
            throw new IllegalArgumentException(
                    name + " must be [N, H, W, " + channels + "], got " + java.util.Arrays.toString(v.shape()));
        }
    }
}
