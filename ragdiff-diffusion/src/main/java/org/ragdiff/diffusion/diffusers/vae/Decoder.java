package org.ragdiff.diffusion.diffusers.vae;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Resampling;

/** The decoding half of an {@link AutoencoderKL} or {@link VQModel}. */
final class Decoder extends Module {
    private final Conv2d convIn;
    private final MidBlock mid;
    private final List<Step> steps = new ArrayList<>();
    private final Conv2d convOut;

    Decoder(SplittableRandom random, AutoencoderKLConfig config) {
        List<Integer> channels = config.blockOutChannels();
        int groups = config.normGroups();
        int last = channels.size() - 1;
        int c = channels.get(last);
        convIn = child("conv_in", new Conv2d(random, config.latentChannels(), c, 3));
        mid = child("mid_block", new MidBlock(random, c, config.midAttention(), groups, AutoencoderKL.EPS));
        for (int i = 0; i <= last; i++) {
            int out = channels.get(last - i);
            for (int j = 0; j <= config.layersPerBlock(); j++) {
                ResnetBlock r = new ResnetBlock(random, c, out, 0, groups, AutoencoderKL.EPS);
                steps.add(Step.of(child("up_blocks." + i + ".resnets." + j, r)));
                c = out;
            }
            if (i < last) {
                steps.add(child("up_blocks." + i + ".upsamplers.0", Resampling.up(random, c, c))::apply);
            }
        }
        GroupNorm normOut = child("conv_norm_out", new GroupNorm(groups, c, AutoencoderKL.EPS));
        steps.add((t, x) -> normOut.apply(t, x, Activation.SILU));
        convOut = child("conv_out", new Conv2d(random, c, config.outChannels(), 3));
    }

    /** Latents [N, h, w, latent], unscaled, to images [N, h·f, w·f, out]. */
    Var apply(Tape t, Var latents) {
        try (Tape.Scope scope = t.scope()) {
            return scope.keep(convOut.apply(t, Step.run(t, steps, mid.apply(t, convIn.apply(t, latents)))));
        }
    }
}
