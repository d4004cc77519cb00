package org.ragdiff.diffusion.diffusers.unet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** diffusers' ControlNetConditioningEmbedding: a condition image to a map of the latents' size. */
final class ConditioningEmbedding extends Module {
    private final List<Conv2d> convs = new ArrayList<>();
    private final Conv2d out;

    ConditioningEmbedding(SplittableRandom random, int in, List<Integer> channels, int result) {
        convs.add(child("conv_in", new Conv2d(random, in, channels.get(0), 3)));
        for (int i = 0; i < channels.size() - 1; i++) {
            int c = channels.get(i);
            convs.add(child("blocks." + 2 * i, new Conv2d(random, c, c, 3)));
            Conv2d down = new Conv2d(random, c, channels.get(i + 1), 3, Convolution.of(2, 1));
            convs.add(child("blocks." + (2 * i + 1), down));
        }
        Conv2d last = random == null
                ? new Conv2d(null, channels.get(channels.size() - 1), result, 3)
                : Conv2d.zero(channels.get(channels.size() - 1), result, 3);
        out = child("conv_out", last);
    }

    /** [N, H, W, in] to [N, H/f, W/f, result]. */
    Var apply(Tape t, Var image) {
        try (Tape.Scope scope = t.scope()) {
            Var h = image;
            for (Conv2d conv : convs) {
                h = Elementwise.activate(t, Activation.SILU, conv.apply(t, h));
            }
            return scope.keep(out.apply(t, h));
        }
    }
}
