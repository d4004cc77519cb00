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

/** The encoding half of an {@link AutoencoderKL} or {@link VQModel}. */
final class Encoder extends Module {
    private final Conv2d convIn;
    private final List<Step> steps = new ArrayList<>();
    private final MidBlock mid;
    private final GroupNorm normOut;
    private final Conv2d convOut;

    /** @param out channels of the result */
    Encoder(SplittableRandom random, AutoencoderKLConfig config, int out) {
        List<Integer> channels = config.blockOutChannels();
        int groups = config.normGroups();
        int c = channels.get(0);
        convIn = child("conv_in", new Conv2d(random, config.inChannels(), c, 3));
        for (int i = 0; i < channels.size(); i++) {
            int width = channels.get(i);
            for (int j = 0; j < config.layersPerBlock(); j++) {
                ResnetBlock r = new ResnetBlock(random, c, width, 0, groups, AutoencoderKL.EPS);
                steps.add(Step.of(child("down_blocks." + i + ".resnets." + j, r)));
                c = width;
            }
            if (i < channels.size() - 1) {
                Resampling d = Resampling.downAsymmetric(random, c, c);
                steps.add(child("down_blocks." + i + ".downsamplers.0", d)::apply);
            }
        }
        mid = child("mid_block", new MidBlock(random, c, config.midAttention(), groups, AutoencoderKL.EPS));
        normOut = child("conv_norm_out", new GroupNorm(groups, c, AutoencoderKL.EPS));
        convOut = child("conv_out", new Conv2d(random, c, out, 3));
    }

    /** Images [N, H, W, in] to [N, h, w, out], sides halved rounding down. */
    Var apply(Tape t, Var images) {
        try (Tape.Scope scope = t.scope()) {
            Var h = mid.apply(t, Step.run(t, steps, convIn.apply(t, images)));
            return scope.keep(convOut.apply(t, normOut.apply(t, h, Activation.SILU)));
        }
    }
}
