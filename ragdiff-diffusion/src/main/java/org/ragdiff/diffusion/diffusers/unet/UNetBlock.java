package org.ragdiff.diffusion.diffusers.unet;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Resampling;

/**
 * A down, mid or up block of diffusers' UNet2DConditionModel: resnets, transformers behind them where the
 * block has some, then a change of resolution except at the end.
 */
final class UNetBlock extends Module {
    private final List<ResnetBlock> resnets = new ArrayList<>();
    private final List<Transformer2DModel> attentions = new ArrayList<>();
    private Resampling downsampler;
    private Resampling upsampler;

    private UNetBlock() {}

    static UNetBlock down(SplittableRandom random, UNet2DConfig config, int level) {
        UNetBlock b = new UNetBlock();
        int out = config.blockOutChannels().get(level);
        int in = level == 0 ? out : config.blockOutChannels().get(level - 1);
        for (int j = 0; j < config.layersPerBlock().get(level); j++) {
            b.addResnet(random, config, j == 0 ? in : out, out);
            b.addAttention(random, config, level, config.downAttention().get(level));
        }
        if (level < config.blocks() - 1) {
            Resampling d = config.downsamplePadding() == 0
                    ? Resampling.downAsymmetric(random, out, out)
                    : Resampling.down(random, out, out);
            b.downsampler = b.child("downsamplers.0", d);
        }
        return b;
    }

    static UNetBlock mid(SplittableRandom random, UNet2DConfig config) {
        UNetBlock b = new UNetBlock();
        int level = config.blocks() - 1;
        int c = config.blockOutChannels().get(level);
        b.addResnet(random, config, c, c);
        b.addAttention(random, config, level, true);
        b.addResnet(random, config, c, c);
        return b;
    }

    static UNetBlock up(SplittableRandom random, UNet2DConfig config, int level) {
        UNetBlock b = new UNetBlock();
        List<Integer> channels = config.blockOutChannels();
        int out = channels.get(level);
        int before = channels.get(Math.min(level + 1, config.blocks() - 1));
        int lastSkip = channels.get(Math.max(level - 1, 0));
        int layers = config.layersPerBlock().get(level) + 1;
        for (int j = 0; j < layers; j++) {
            int skip = j == layers - 1 ? lastSkip : out;
            b.addResnet(random, config, (j == 0 ? before : out) + skip, out);
            b.addAttention(random, config, level, config.upAttention().get(level));
        }
        if (level > 0) {
            b.upsampler = b.child("upsamplers.0", Resampling.up(random, out, out));
        }
        return b;
    }

    private void addResnet(SplittableRandom random, UNet2DConfig config, int in, int out) {
        int time = config.timeEmbeddingDim();
        ResnetBlock r = new ResnetBlock(random, in, out, time, config.normGroups(), config.normEps());
        resnets.add(child("resnets." + resnets.size(), r));
    }

    private void addAttention(SplittableRandom random, UNet2DConfig config, int level, boolean attends) {
        if (attends) {
            Transformer2DModel a = new Transformer2DModel(random, config, level);
            attentions.add(child("attentions." + attentions.size(), a));
        }
    }

    /** The cross-attention layers, in order. */
    List<BasicTransformerBlock> transformerBlocks() {
        return attentions.stream().flatMap(a -> a.blocks().stream()).toList();
    }

    /**
     * As a down block: pushes a skip connection behind each resnet or its transformer, and one behind the
     * downsampler.
     *
     * @param feature a T2I-Adapter's, or null: joins the last map before the downsampler where the block
     *     has transformers, else the block's result; in each case the skip connection too
     */
    Var down(Tape t, Var x, Var time, AttentionContext context, Var feature, Deque<Var> skips) {
        Var h = x;
        for (int j = 0; j < resnets.size(); j++) {
            h = resnets.get(j).apply(t, h, time);
            if (!attentions.isEmpty()) {
                h = attentions.get(j).apply(t, h, context);
            }
            boolean lastMap = j == resnets.size() - 1 && (!attentions.isEmpty() || downsampler == null);
            if (feature != null && lastMap) {
                h = Elementwise.add(t, h, feature);
            }
            skips.push(h);
        }
        if (downsampler != null) {
            h = downsampler.apply(t, h);
            if (feature != null && attentions.isEmpty()) {
                h = Elementwise.add(t, h, feature);
            }
            skips.push(h);
        }
        return h;
    }

    /** As the mid block: the transformer between two resnets. */
    Var mid(Tape t, Var x, Var time, AttentionContext context) {
        try (Tape.Scope scope = t.scope()) {
            Var h = resnets.get(0).apply(t, x, time);
            h = attentions.get(0).apply(t, h, context);
            return scope.keep(resnets.get(1).apply(t, h, time));
        }
    }

    /** As an up block: pops a skip connection for each resnet; then has the next one's size. */
    Var up(Tape t, Var x, Var time, AttentionContext context, Deque<Var> skips) {
        try (Tape.Scope scope = t.scope()) {
            Var h = x;
            for (int j = 0; j < resnets.size(); j++) {
                h = joined(t, resnets.get(j), h, skips.pop(), time);
                if (!attentions.isEmpty()) {
                    h = attentions.get(j).apply(t, h, context);
                }
            }
            if (upsampler != null) {
                Var next = skips.element();
                h = upsampler.apply(t, h, next.size(1), next.size(2));
            }
            return scope.keep(h);
        }
    }

    private static Var joined(Tape t, ResnetBlock resnet, Var h, Var skip, Var time) {
        try (Tape.Scope scope = t.scope()) {
            return scope.keep(resnet.apply(t, Shapes.concatChannels(t, h, skip), time));
        }
    }
}
