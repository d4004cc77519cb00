package org.ragdiff.bench.network;

import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNetInputs;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;

/** Networks of diffusers' configurations with random weights. */
public final class DiffusersNetworks {
    private static final int SEED = 3;

    private DiffusersNetworks() {}

    /**
     * One prediction of a denoiser without added conditions.
     *
     * @param batch 2 for classifier-free guidance of one image
     * @param side of the latents
     * @param tokens of the text
     */
    public static RecordedNetwork unetStep(UNet2DConfig config, int batch, int side, int tokens) {
        UNet2DConditionModel unet = UNet2DConditionModel.random(config, SEED);
        int text = config.crossAttentionDim().get(0);
        return new RecordedNetwork(unet, b -> {
            Var sample = b.input("sample", batch, side, side, config.inChannels());
            Var time = b.input("time code", batch, config.timeCode().channels());
            Var context = b.condition("context", batch, tokens, text);
            return unet.apply(b.tape(), UNetInputs.of(sample, time, context));
        });
    }

    /** Latents of one image decoded; {@code side} is the image's. */
    public static RecordedNetwork vaeDecode(AutoencoderKLConfig config, int side) {
        AutoencoderKL vae = AutoencoderKL.random(config, SEED);
        int latent = side / config.factor();
        return new RecordedNetwork(
                vae,
                (GraphBuilder b) ->
                        vae.decode(b.tape(), b.input("latents", 1, latent, latent, config.latentChannels())));
    }
}
