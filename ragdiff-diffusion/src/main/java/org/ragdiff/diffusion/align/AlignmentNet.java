package org.ragdiff.diffusion.align;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Patches;
import org.ragdiff.diffusion.Positions;
import org.ragdiff.diffusion.Resampling;

/**
 * Reads off each cell of a photo whether it shows the garment, whether the garment lies there at all (an amodal mask,
 * Zhu et al. 2017), and where in the standard frame that part of it belongs: canonical coordinates as DensePose has them for bodies (Güler et al. 2018), by a UNet in the shape of
 * diffusers' blocks; and of the whole photo, in what light it was taken. Untrained it says that everything lies where
 * the photo shows it, in even light. Applying it is thread-safe.
 */
public final class AlignmentNet extends Module {
    /** Channels of the cells: logit of the seen garment, shifts across and down, logit of the whole garment. */
    static final int OUTPUTS = 4;
    /** Numbers of the affine map. */
    static final int AFFINE = 6;

    private static final int POOLED_CHANNELS = 16;
    private static final int POOLED = 128;

    private static final double EPS = 1e-5;

    private final AlignmentConfig config;
    private final Conv2d convIn;
    private final List<ResnetBlock> down = new ArrayList<>();
    private final List<Resampling> downsamplers = new ArrayList<>();
    private final List<ResnetBlock> mid = new ArrayList<>();
    private final List<LayerNorm> midNorms = new ArrayList<>();
    private final List<Attention> midAttentions = new ArrayList<>();
    private final List<ResnetBlock> up = new ArrayList<>();
    private final List<Resampling> upsamplers = new ArrayList<>();
    private final GroupNorm poolNorm;
    private final Conv2d poolConv;
    private final Linear pool;
    private final Linear affine;
    private final GroupNorm lightNorm;
    private final Conv2d light;
    private final GroupNorm normOut;
    private final Conv2d convOut;

    /** New weights, a function of {@code random}. */
    public AlignmentNet(SplittableRandom random, AlignmentConfig config) {
        this.config = config;
        List<Integer> channels = config.channels();
        int groups = config.normGroups();
        int last = channels.size() - 1;
        int in = channels.get(0);
        convIn = child("conv_in", new Conv2d(random, 3 * config.patchSize() * config.patchSize(), in, 3));
        for (int i = 0; i <= last; i++) {
            int out = channels.get(i);
            down.add(child("down_blocks." + i + ".resnets.0", new ResnetBlock(random, in, out, 0, groups, EPS)));
            in = out;
            if (i < last) {
                downsamplers.add(child("down_blocks." + i + ".downsamplers.0", Resampling.down(random, out, out)));
            }
        }
        for (int j = 0; j < config.midLayers(); j++) {
            mid.add(child("mid_block.resnets." + j, new ResnetBlock(random, in, in, 0, groups, EPS)));
            midNorms.add(child("mid_block.norms." + j, new LayerNorm(in, EPS)));
            midAttentions.add(
                    child("mid_block.attentions." + j, new Attention(random, in, in, in / config.headChannels())));
        }
        int coarse = config.cells() >> last;
        poolNorm = child("affine.norm", new GroupNorm(groups, in, EPS));
        poolConv = child("affine.conv", new Conv2d(random, in, POOLED_CHANNELS, 1));
        pool = child("affine.linear_1", new Linear(random, POOLED_CHANNELS * coarse * coarse, POOLED));
        affine = child("affine.linear_2", Linear.zero(POOLED, AFFINE));
        lightNorm = child("light.norm", new GroupNorm(groups, in, EPS));
        light = child("light.conv", Conv2d.zero(in, 3, 3));
        for (int i = last; i >= 0; i--) {
            int c = channels.get(i);
            String name = "up_blocks." + (last - i);
            up.add(child(name + ".resnets.0", new ResnetBlock(random, 2 * c, c, 0, groups, EPS)));
            if (i > 0) {
                upsamplers.add(child(name + ".upsamplers.0", Resampling.up(random, c, channels.get(i - 1))));
            }
        }
        normOut = child("conv_norm_out", new GroupNorm(groups, channels.get(0), EPS));
        convOut = child("conv_out", Conv2d.zero(channels.get(0), OUTPUTS, 3));
    }

    public AlignmentConfig config() {
        return config;
    }

    /**
     * What is read off photos. A cell at (x, y) of the photo, in fractions of its side, belongs to
     * x + a₀ + a₁ (x − ½) + a₂ (y − ½) + dx across the frame and to y + a₃ + a₄ (x − ½) + a₅ (y − ½) + dy down it.
     *
     * @param cells [N, cells, cells, 4]: the logit of the seen garment, dx, dy, the logit of the whole garment
     * @param affine [N, 6]: a
     * @param light [N, coarse, coarse, 3]: logarithms of gains, see {@link PhotoLight}
     */
    public record Output(Var cells, Var affine, Var light) {}

    /** @param photos [N, side, side, 3] in [-1, 1] */
    public Output apply(Tape t, Var photos) {
        Var h = convIn.apply(t, Patches.fold(t, photos, config.patchSize()));
        List<Var> skips = new ArrayList<>();
        for (int i = 0; i < down.size(); i++) {
            h = down.get(i).apply(t, h, null);
            skips.add(h);
            if (i < downsamplers.size()) {
                h = downsamplers.get(i).apply(t, h);
            }
        }
        for (int j = 0; j < mid.size(); j++) {
            h = attend(t, j, mid.get(j).apply(t, h, null));
        }
        Var whole = affine(t, h);
        Var gains = light.apply(t, lightNorm.apply(t, h, Activation.SILU));
        for (int step = 0; step < up.size(); step++) {
            h = up.get(step).apply(t, Shapes.concatChannels(t, h, skips.get(up.size() - 1 - step)), null);
            if (step < upsamplers.size()) {
                h = upsamplers.get(step).apply(t, h);
            }
        }
        return new Output(convOut.apply(t, normOut.apply(t, h, Activation.SILU)), whole, gains);
    }

    /** Of the coarsest map as a whole: where, how large and how turned the garment lies. */
    private Var affine(Tape t, Var h) {
        Var small = poolConv.apply(t, poolNorm.apply(t, h, Activation.SILU));
        long n = small.size(0);
        Var flat = Shapes.reshape(t, small, n, small.value().length() / n);
        return affine.apply(t, Elementwise.activate(t, Activation.SILU, pool.apply(t, flat)));
    }

    private Var attend(Tape t, int layer, Var h) {
        Var tokens = Positions.add(t, Shapes.tokens(t, h), (int) h.size(1), (int) h.size(2));
        Var normed = midNorms.get(layer).apply(t, tokens);
        Attention attention = midAttentions.get(layer);
        Var out = attention.apply(t, normed, attention.project(t, normed), null);
        return Elementwise.add(t, h, Shapes.reshape(t, out, h.shape()));
    }
}
