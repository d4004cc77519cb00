package org.ragdiff.diffusion.diffusers.unet;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.nn.SideChange;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Resampling;
import org.ragdiff.diffusion.diffusers.AttentionBlock;
import org.ragdiff.diffusion.diffusers.unet.UNet2DModelConfig.Kind;

/**
 * A down or up block of diffusers' UNet2DModel: resnets, self-attention behind them where the block has some, then a
 * change of the sides except at the end. Skip blocks halve and double by binomial filters, divide sums by √2, and join
 * an image of each resolution to the features, or the features to it (Song et al. 2021, "Score-Based Generative
 * Modeling through Stochastic Differential Equations", appendix H).
 */
final class MapBlock extends Module {
    private static final double ROOT = Math.sqrt(2);
    private static final int MOST_GROUPS = 32;

    private final Kind kind;
    private final UNet2DModelConfig config;
    private final List<ResnetBlock> resnets = new ArrayList<>();
    private final List<AttentionBlock> attentions = new ArrayList<>();
    private ResnetBlock sideResnet;
    private Resampling sideConv;
    private Conv2d imageConv;
    private GroupNorm imageNorm;

    private MapBlock(Kind kind, UNet2DModelConfig config) {
        this.kind = kind;
        this.config = config;
    }

    /** @param level 0 for the finest resolution */
    static MapBlock down(SplittableRandom random, UNet2DModelConfig config, int level) {
        int out = config.blockOutChannels().get(level);
        int in = config.blockOutChannels().get(Math.max(0, level - 1));
        MapBlock b = new MapBlock(config.downBlocks().get(level), config);
        for (int j = 0; j < config.layersPerBlock(); j++) {
            b.addResnet(random, j == 0 ? in : out, 0, out);
            b.addAttention(random, out);
        }
        if (level == config.blockOutChannels().size() - 1) {
            return b;
        }
        if (b.kind.skips()) {
            b.addSideResnet(random, out, SideChange.HALVE_BINOMIAL, "resnet_down");
            b.imageConv = b.child("skip_conv", new Conv2d(random, UNet2DModelConfig.IMAGE, out, 1));
        } else if (b.kind.attends() && config.resnetDown()) {
            b.addSideResnet(random, out, SideChange.HALVE_MEAN, "downsamplers.0");
        } else {
            Resampling d = config.downsamplePadding() == 0
                    ? Resampling.downAsymmetric(random, out, out)
                    : Resampling.down(random, out, out);
            b.sideConv = b.child("downsamplers.0", d);
        }
        return b;
    }

    /** @param level 0 for the finest resolution */
    static MapBlock up(SplittableRandom random, UNet2DModelConfig config, int level) {
        List<Integer> channels = config.blockOutChannels();
        int last = channels.size() - 1;
        int out = channels.get(level);
        MapBlock b = new MapBlock(config.upBlocks().get(last - level), config);
        int layers = config.layersPerBlock() + 1;
        for (int j = 0; j < layers; j++) {
            int skip = j == layers - 1 ? channels.get(Math.max(0, level - 1)) : out;
            int before = j == 0 ? channels.get(Math.min(last, level + 1)) : out;
            b.addResnet(random, before, skip, out);
            if (!b.kind.skips() || j == layers - 1) {
                b.addAttention(random, out);
            }
        }
        if (level == 0) {
            return b;
        }
        if (b.kind.skips()) {
            b.addSideResnet(random, out, SideChange.DOUBLE_BINOMIAL, "resnet_up");
            b.imageConv = b.child("skip_conv", new Conv2d(random, out, UNet2DModelConfig.IMAGE, 3));
            b.imageNorm = b.child("skip_norm", new GroupNorm(groups(out), out, b.eps()));
        } else if (b.kind.attends() && config.resnetUp()) {
            b.addSideResnet(random, out, SideChange.DOUBLE_NEAREST, "upsamplers.0");
        } else {
            b.sideConv = b.child("upsamplers.0", Resampling.up(random, out, out));
        }
        return b;
    }

    private double eps() {
        return config.normEps();
    }

    private static int groups(int channels) {
        return Math.min(channels / 4, MOST_GROUPS);
    }

    private int time() {
        return 4 * config.timeCode().channels();
    }

    /** @param joined channels of the skip connection, 0 in down blocks */
    private void addResnet(SplittableRandom random, int in, int joined, int out) {
        ResnetBlock.Shape shape = ResnetBlock.Shape.of(in + joined, out, time(), config.normGroups(), eps());
        if (kind.skips()) {
            // In up blocks with attention diffusers divides by four only what joins.
            boolean part = joined > 0 && kind.attends();
            int first = part ? Math.min(in + joined / 4, MOST_GROUPS) : groups(in + joined);
            shape = shape.withGroups(first, groups(out)).withScale(ROOT);
        }
        resnets.add(child("resnets." + resnets.size(), new ResnetBlock(random, shape)));
    }

    private void addAttention(SplittableRandom random, int channels) {
        if (kind.attends()) {
            boolean skips = kind.skips();
            AttentionBlock a = new AttentionBlock(
                    random,
                    channels,
                    config.heads(channels),
                    skips ? MOST_GROUPS : config.normGroups(),
                    eps(),
                    skips ? ROOT : 1);
            attentions.add(child("attentions." + attentions.size(), a));
        }
    }

    private void addSideResnet(SplittableRandom random, int channels, SideChange change, String name) {
        ResnetBlock.Shape shape = ResnetBlock.Shape.of(channels, channels, time(), config.normGroups(), eps())
                .withSides(change);
        if (kind.skips()) {
            shape = shape.withGroups(groups(channels), groups(channels))
                    .withProjected()
                    .withScale(ROOT);
        }
        sideResnet = child(name, new ResnetBlock(random, shape));
    }

    /** As a down block: pushes a skip connection behind each layer and one behind the change of sides. */
    Var down(Tape t, Var x, Var time, ImagePath path, Deque<Var> skips) {
        Var h = x;
        for (int j = 0; j < resnets.size(); j++) {
            h = resnets.get(j).apply(t, h, time);
            h = attentions.isEmpty() ? h : attentions.get(j).apply(t, h);
            skips.push(h);
        }
        if (sideResnet != null) {
            h = sideResnet.apply(t, h, time);
        } else if (sideConv != null) {
            h = sideConv.apply(t, h);
        } else {
            return h;
        }
        if (imageConv != null) {
            path.image = SideChange.HALVE_BINOMIAL.apply(t, path.image);
            h = Elementwise.add(t, imageConv.apply(t, path.image), h);
        }
        skips.push(h);
        return h;
    }

    /** As an up block: pops a skip connection for each resnet. */
    Var up(Tape t, Var x, Var time, ImagePath path, Deque<Var> skips) {
        Var h = x;
        for (int j = 0; j < resnets.size(); j++) {
            h = resnets.get(j).apply(t, Shapes.concatChannels(t, h, skips.pop()), time);
            if (!kind.skips() && !attentions.isEmpty()) {
                h = attentions.get(j).apply(t, h);
            }
        }
        if (kind.skips()) {
            h = attentions.isEmpty() ? h : attentions.get(0).apply(t, h);
            path.image = path.image == null ? null : SideChange.DOUBLE_BINOMIAL.apply(t, path.image);
        }
        if (imageConv != null) {
            Var image = imageConv.apply(t, imageNorm.apply(t, h, Activation.SILU));
            path.image = path.image == null ? image : Elementwise.add(t, path.image, image);
        }
        if (sideResnet != null) {
            return sideResnet.apply(t, h, time);
        }
        return sideConv == null ? h : sideConv.apply(t, h);
    }
}
