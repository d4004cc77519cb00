package org.ragdiff.diffusion.diffusers.unet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.TimestepEmbedding;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** What UNet2DConditionModel and ControlNetModel have in common: embeddings, down blocks and mid block. */
abstract class UNetWayDown extends Module {
    private final UNet2DConfig config;
    private final Conv2d convIn;
    private final TimestepEmbedding timeEmbedding;
    private final TimestepEmbedding addEmbedding;
    private final List<UNetBlock> down = new ArrayList<>();
    private final UNetBlock mid;

    /** @param random null leaves the weights unset */
    UNetWayDown(SplittableRandom random, UNet2DConfig config) {
        this.config = config;
        int first = config.blockOutChannels().get(0);
        int time = config.timeEmbeddingDim();
        convIn = child("conv_in", new Conv2d(random, config.inChannels(), first, config.convInKernel()));
        timeEmbedding = child(
                "time_embedding",
                new TimestepEmbedding(random, config.timeCode().channels(), time));
        addEmbedding = config.textTime() == null
                ? null
                : child(
                        "add_embedding",
                        new TimestepEmbedding(random, config.textTime().inputDim(), time));
        for (int i = 0; i < config.blocks(); i++) {
            down.add(child("down_blocks." + i, UNetBlock.down(random, config, i)));
        }
        mid = config.midBlock() ? child("mid_block", UNetBlock.mid(random, config)) : null;
    }

    public final UNet2DConfig config() {
        return config;
    }

    final List<UNetBlock> downBlocks() {
        return down;
    }

    final UNetBlock midBlock() {
        return mid;
    }

    /** SiLU of the embedding of timesteps and added conditions, [N, timeEmbeddingDim]. */
    final Var time(Tape t, UNetInputs in) {
        long n = in.sample().size(0);
        require("sample", in.sample(), n, -1, -1, config.inChannels());
        require("timeCode", in.timeCode(), n, config.timeCode().channels());
        require("encoderHiddenStates", in.encoderHiddenStates(), n, -1, -1);
        if ((addEmbedding != null) != (in.textEmbeds() != null)
                || (addEmbedding != null) != (in.timeIdCode() != null)) {
            throw new IllegalArgumentException(
                    addEmbedding == null
                            ? "this network has no added conditions: leave textEmbeds and timeIdCode out"
                            : "this network needs textEmbeds and timeIdCode: see withTextTime");
        }
        Var e = timeEmbedding.apply(t, in.timeCode());
        if (addEmbedding != null) {
            int codes = 6 * config.textTime().timeEmbedDim();
            require("textEmbeds", in.textEmbeds(), n, config.textTime().inputDim() - codes);
            require("timeIdCode", in.timeIdCode(), n, codes);
            Var added = Shapes.concatChannels(t, in.textEmbeds(), in.timeIdCode());
            e = Elementwise.add(t, e, addEmbedding.apply(t, added));
        }
        return Elementwise.activate(t, Activation.SILU, e);
    }

    /** The first convolution of [N, H, W, in_channels]. */
    final Var convIn(Tape t, Var sample) {
        return convIn.apply(t, sample);
    }

    /** The down blocks; {@code h} and each block's residuals are pushed. */
    final Var down(Tape t, Var h, Var time, AttentionContext context, List<Var> features, Deque<Var> skips) {
        if (!features.isEmpty() && features.size() < down.size()) {
            throw new IllegalArgumentException(features.size() + " adapter features for " + down.size()
                    + " down blocks; use an adapter with as many channels as the network has blocks");
        }
        skips.push(h);
        Var x = h;
        for (int i = 0; i < down.size(); i++) {
            x = down.get(i).down(t, x, time, context, features.isEmpty() ? null : features.get(i), skips);
        }
        return x;
    }

    /** The mid block, if there is one. */
    final Var mid(Tape t, Var h, Var time, AttentionContext context) {
        return mid == null ? h : mid.mid(t, h, time, context);
    }

    /** @param shape expected; −1 for any size */
    static void require(String name, Var v, long... shape) {
        boolean fits = v.rank() == shape.length;
        for (int i = 0; fits && i < shape.length; i++) {
            fits = shape[i] == -1 || shape[i] == v.size(i);
        }
        if (!fits) {
            throw new IllegalArgumentException(name + " must have the shape "
                    + Arrays.toString(shape).replace("-1", "any") + ", got " + Arrays.toString(v.shape()));
        }
    }
}
