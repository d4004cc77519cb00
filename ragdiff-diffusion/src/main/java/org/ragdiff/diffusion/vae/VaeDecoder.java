package org.ragdiff.diffusion.vae;

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
import org.ragdiff.diffusion.Patches;
import org.ragdiff.diffusion.Resampling;

/**
 * The decoding half of a {@link Vae}; names as in diffusers' AutoencoderKL. An upsampler changes the
 * channels to the next level's at once, so that the finest level stays cheap.
 */
final class VaeDecoder extends Module {
    private static final double EPS = 1e-6;

    private final VaeConfig config;
    private final Conv2d convIn;
    private final List<ResnetBlock> mid = new ArrayList<>();
    private final List<List<ResnetBlock>> levels = new ArrayList<>();
    private final List<Resampling> upsamplers = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;

    VaeDecoder(SplittableRandom random, VaeConfig config) {
        this.config = config;
        List<Integer> channels = config.decoderChannels();
        int groups = config.normGroups();
        int last = channels.size() - 1;
        int c = channels.get(last);
        convIn = child("conv_in", new Conv2d(random, config.latentChannels(), c, 3));
        for (int j = 0; j < config.midLayers(); j++) {
            mid.add(child("mid_block.resnets." + j, new ResnetBlock(random, c, c, 0, groups, EPS)));
        }
        for (int i = 0; i <= last; i++) {
            List<ResnetBlock> level = new ArrayList<>();
            for (int j = 0; j < config.decoderLayers(); j++) {
                level.add(child("up_blocks." + i + ".resnets." + j, new ResnetBlock(random, c, c, 0, groups, EPS)));
            }
            levels.add(level);
            if (i < last) {
                int next = channels.get(last - i - 1);
                upsamplers.add(child("up_blocks." + i + ".upsamplers.0", Resampling.up(random, c, next)));
                c = next;
            }
        }
        normOut = child("conv_norm_out", new GroupNorm(groups, c, EPS));
        convOut = child("conv_out", new Conv2d(random, c, 3 * config.patchSize() * config.patchSize(), 3));
    }

    /** Latents [N, h, w, C], unscaled, to images [N, h·f, w·f, 3]. */
    Var apply(Tape t, Var latents) {
        Var h = convIn.apply(t, latents);
        for (ResnetBlock r : mid) {
            h = r.apply(t, h, null);
        }
        for (int i = 0; i < levels.size(); i++) {
            for (ResnetBlock r : levels.get(i)) {
                h = r.apply(t, h, null);
            }
            if (i < upsamplers.size()) {
                h = upsamplers.get(i).apply(t, h);
            }
        }
        h = convOut.apply(t, normOut.apply(t, h, Activation.SILU));
        return Patches.unfold(t, h, config.patchSize());
    }
}
