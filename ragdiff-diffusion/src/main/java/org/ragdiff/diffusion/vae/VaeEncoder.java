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

/** The encoding half of a {@link Vae}; names as in diffusers' AutoencoderKL. */
final class VaeEncoder extends Module {
    private static final double EPS = 1e-6;

    private final VaeConfig config;
    private final Conv2d convIn;
    private final List<List<ResnetBlock>> levels = new ArrayList<>();
    private final List<Resampling> downsamplers = new ArrayList<>();
    private final List<ResnetBlock> mid = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;

    VaeEncoder(SplittableRandom random, VaeConfig config) {
        this.config = config;
        List<Integer> channels = config.encoderChannels();
        int groups = config.normGroups();
        convIn = child("conv_in", new Conv2d(random, 3 * config.patchSize() * config.patchSize(), channels.get(0), 3));
        int in = channels.get(0);
        for (int i = 0; i < channels.size(); i++) {
            int out = channels.get(i);
            List<ResnetBlock> level = new ArrayList<>();
            for (int j = 0; j < config.encoderLayers(); j++) {
                level.add(
                        child("down_blocks." + i + ".resnets." + j, new ResnetBlock(random, in, out, 0, groups, EPS)));
                in = out;
            }
            levels.add(level);
            if (i < channels.size() - 1) {
                downsamplers.add(
                        child("down_blocks." + i + ".downsamplers.0", Resampling.downAsymmetric(random, out, out)));
            }
        }
        for (int j = 0; j < config.midLayers(); j++) {
            mid.add(child("mid_block.resnets." + j, new ResnetBlock(random, in, in, 0, groups, EPS)));
        }
        normOut = child("conv_norm_out", new GroupNorm(groups, in, EPS));
        convOut = child("conv_out", new Conv2d(random, in, 2 * config.latentChannels(), 3));
    }

    /** Images [N, H, W, 3] to moments [N, H/f, W/f, 2·C]. */
    Var apply(Tape t, Var images) {
        Var h = convIn.apply(t, Patches.fold(t, images, config.patchSize()));
        for (int i = 0; i < levels.size(); i++) {
            for (ResnetBlock r : levels.get(i)) {
                h = r.apply(t, h, null);
            }
            if (i < downsamplers.size()) {
                h = downsamplers.get(i).apply(t, h);
            }
        }
        for (ResnetBlock r : mid) {
            h = r.apply(t, h, null);
        }
        return convOut.apply(t, normOut.apply(t, h, Activation.SILU));
    }
}
