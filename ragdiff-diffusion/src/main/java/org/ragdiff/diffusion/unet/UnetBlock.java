package org.ragdiff.diffusion.unet;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Resampling;

/**
 * A down, mid or up block of diffusers' UNet: resnets, each followed by a transformer where the level has
 * attention, then a change of resolution.
 */
final class UnetBlock extends Module {
    private static final double EPS = 1e-5;

    private final List<ResnetBlock> resnets = new ArrayList<>();
    private final List<Transformer2d> attentions = new ArrayList<>();
    private final boolean midBlock;
    private Resampling downsampler;
    private Resampling upsampler;

    private UnetBlock(boolean midBlock) {
        this.midBlock = midBlock;
    }

    static UnetBlock down(SplittableRandom random, UnetConfig config, int level, int in, boolean last) {
        UnetBlock b = new UnetBlock(false);
        int out = config.levels().get(level).channels();
        for (int j = 0; j < config.layersPerBlock(); j++) {
            b.addResnet(random, config, j == 0 ? in : out, out);
            b.addAttention(random, config, level);
        }
        if (!last) {
            b.downsampler = b.child("downsamplers.0", Resampling.down(random, out, out));
        }
        return b;
    }

    static UnetBlock mid(SplittableRandom random, UnetConfig config) {
        UnetBlock b = new UnetBlock(true);
        int level = config.levels().size() - 1;
        int c = config.levels().get(level).channels();
        b.addResnet(random, config, c, c);
        b.addAttention(random, config, level);
        b.addResnet(random, config, c, c);
        return b;
    }

    /** @param skips channels of the skip connections, in the order in which they are used */
    static UnetBlock up(SplittableRandom random, UnetConfig config, int level, int in, List<Integer> skips) {
        UnetBlock b = new UnetBlock(false);
        int out = config.levels().get(level).channels();
        for (int j = 0; j < skips.size(); j++) {
            b.addResnet(random, config, (j == 0 ? in : out) + skips.get(j), out);
            b.addAttention(random, config, level);
        }
        if (level > 0) {
            b.upsampler = b.child("upsamplers.0", Resampling.up(random, out, out));
        }
        return b;
    }

    private void addResnet(SplittableRandom random, UnetConfig config, int in, int out) {
        resnets.add(child(
                "resnets." + resnets.size(),
                new ResnetBlock(random, in, out, config.timeChannels(), config.normGroups(), EPS)));
    }

    private void addAttention(SplittableRandom random, UnetConfig config, int level) {
        UnetLevel l = config.levels().get(level);
        if (l.attentionChannels() > 0) {
            attentions.add(child(
                    "attentions." + attentions.size(),
                    new Transformer2d(
                            random, config, level, l.channels(), l.attentionChannels(), config.contextChannels())));
        }
    }

    List<Transformer2d> attentions() {
        return attentions;
    }

    /** Down and mid blocks; pushes what the way up needs unless {@code skips} is null. */
    Var forward(Tape t, Var x, Var time, UnetCondition condition, Deque<Var> skips) {
        Var h = x;
        for (int j = 0; j < resnets.size(); j++) {
            h = resnets.get(j).apply(t, h, time);
            if (j < attentions.size()) {
                h = condition.attend(t, attentions.get(j), h);
            }
            if (!midBlock) {
                skips.push(h);
            }
        }
        if (downsampler != null) {
            h = downsampler.apply(t, h);
            skips.push(h);
        }
        return h;
    }

    /** Up blocks; pops a skip connection for each resnet. */
    Var backUp(Tape t, Var x, Var time, UnetCondition condition, Deque<Var> skips) {
        Var h = x;
        for (int j = 0; j < resnets.size(); j++) {
            try (Tape.Scope scope = t.scope()) {
                Var joined = Shapes.concatChannels(t, h, skips.pop());
                t.forget(h);
                h = scope.keep(resnets.get(j).apply(t, joined, time));
            }
            if (j < attentions.size()) {
                h = condition.attend(t, attentions.get(j), h);
            }
        }
        return upsampler == null ? h : upsampler.apply(t, h);
    }
}
