package org.ragdiff.diffusion.diffusers.unet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * How much of reference attention each self-attention layer takes up: matrices Z that start at zero, as ControlNet's
 * additions do (Zhang et al. 2023), so that a trained UNet is unchanged at first. With a the layer's own attention and
 * j the joint one over own and reference tokens (AnimateAnyone, Hu 2023), the layer goes on with a + Z (j − a); Z = 1
 * is the joint attention itself. Applying it is thread-safe.
 */
public final class ReferenceGates extends Module {
    private final List<Linear> layers = new ArrayList<>();

    /**
     * @param random null leaves the weights unset, to be loaded
     * @param channels of each layer, see {@link UNet2DConditionModel#crossAttentionChannels}
     */
    public ReferenceGates(SplittableRandom random, List<Integer> channels) {
        for (int i = 0; i < channels.size(); i++) {
            int c = channels.get(i);
            layers.add(child(
                    "layers." + i, random == null ? Linear.withoutBias(null, c, c) : Linear.zeroWithoutBias(c, c)));
        }
    }

    /** Number of layers. */
    public int layers() {
        return layers.size();
    }

    /** [N, T, channels] of both to the same. */
    Var apply(Tape t, int layer, Var own, Var joint) {
        Var difference = Elementwise.combine(t, 1, joint, -1, own);
        return Elementwise.add(t, own, layers.get(layer).apply(t, difference));
    }
}
