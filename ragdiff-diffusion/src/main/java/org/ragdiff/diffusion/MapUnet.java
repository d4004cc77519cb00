package org.ragdiff.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * From square maps to maps of the same side: a UNet in the shape of diffusers' blocks, without a timestep, one resnet a
 * level and self-attention with positions at the coarsest. Its output is zero before it is trained. Applying it is
 * thread-safe.
 */
public final class MapUnet extends Module {
    private static final double EPS = 1e-5;

    private final Conv2d convIn;
    private final List<ResnetBlock> down = new ArrayList<>();
    private final List<Resampling> downsamplers = new ArrayList<>();
    private final List<ResnetBlock> mid = new ArrayList<>();
    private final List<LayerNorm> midNorms = new ArrayList<>();
    private final List<Attention> midAttentions = new ArrayList<>();
    private final List<ResnetBlock> up = new ArrayList<>();
    private final List<Resampling> upsamplers = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;

    /**
     * New weights, a function of {@code random}.
     *
     * @param in channels of the input
     * @param out channels of the output
     * @param channels of each level from the finest; each further level halves the side
     * @param midLayers resnets at the coarsest level, each followed by self-attention
     * @param headChannels channels of an attention head; divides the last level's channels
     * @param normGroups divides all channels
     */
    public MapUnet(
            SplittableRandom random,
            int in,
            int out,
            List<Integer> channels,
            int midLayers,
            int headChannels,
            int normGroups) {
        int last = channels.size() - 1;
        int width = channels.get(0);
        convIn = child("conv_in", new Conv2d(random, in, width, 3));
        for (int i = 0; i <= last; i++) {
            int c = channels.get(i);
            down.add(child("down_blocks." + i + ".resnets.0", new ResnetBlock(random, width, c, 0, normGroups, EPS)));
            width = c;
            if (i < last) {
                downsamplers.add(child("down_blocks." + i + ".downsamplers.0", Resampling.down(random, c, c)));
            }
        }
        for (int j = 0; j < midLayers; j++) {
            mid.add(child("mid_block.resnets." + j, new ResnetBlock(random, width, width, 0, normGroups, EPS)));
            midNorms.add(child("mid_block.norms." + j, new LayerNorm(width, EPS)));
            midAttentions.add(
                    child("mid_block.attentions." + j, new Attention(random, width, width, width / headChannels)));
        }
        for (int i = last; i >= 0; i--) {
            int c = channels.get(i);
            String name = "up_blocks." + (last - i);
            up.add(child(name + ".resnets.0", new ResnetBlock(random, 2 * c, c, 0, normGroups, EPS)));
            if (i > 0) {
                upsamplers.add(child(name + ".upsamplers.0", Resampling.up(random, c, channels.get(i - 1))));
            }
        }
        normOut = child("conv_norm_out", new GroupNorm(normGroups, channels.get(0), EPS));
        convOut = child("conv_out", Conv2d.zero(channels.get(0), out, 3));
    }

    /**
     * Refuses shapes that no network can have, before one is made of them.
     *
     * @param mostLevels largest number of levels
     * @throws IllegalArgumentException if the other parameters do not suit the constructor
     */
    public static void requireShape(
            List<Integer> channels, int mostLevels, int midLayers, int headChannels, int normGroups) {
        requireIn("channels' length", channels.size(), 2, mostLevels);
        requireIn("midLayers", midLayers, 1, 8);
        for (int c : channels) {
            requireIn("channels", c, 1, 4096);
            if (normGroups < 1 || c % normGroups != 0) {
                throw new IllegalArgumentException(
                        "normGroups " + normGroups + " does not divide channels " + channels);
            }
        }
        int last = channels.get(channels.size() - 1);
        if (headChannels < 1 || last % headChannels != 0 || last % 4 != 0) {
            throw new IllegalArgumentException(
                    "headChannels " + headChannels + " and 4 must divide the last level's " + last + " channels");
        }
    }

    /** @throws IllegalArgumentException if a parameter is out of its range, both ends included */
    public static void requireIn(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "], got " + value);
        }
    }

    /**
     * The first half's results.
     *
     * @param coarsest [N, coarse, coarse, last channels]
     * @param skips of each level from the finest
     */
    public record Encoded(Var coarsest, List<Var> skips) {}

    /** @param maps [N, side, side, in]; the side divides by the coarsest level's share */
    public Encoded encode(Tape t, Var maps) {
        Var h = convIn.apply(t, maps);
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
        return new Encoded(h, skips);
    }

    /** @return [N, side, side, out] */
    public Var decode(Tape t, Encoded encoded) {
        Var h = encoded.coarsest();
        for (int step = 0; step < up.size(); step++) {
            Var skip = encoded.skips().get(up.size() - 1 - step);
            h = up.get(step).apply(t, Shapes.concatChannels(t, h, skip), null);
            if (step < upsamplers.size()) {
                h = upsamplers.get(step).apply(t, h);
            }
        }
        return convOut.apply(t, normOut.apply(t, h, Activation.SILU));
    }

    private Var attend(Tape t, int layer, Var h) {
        Var tokens = Positions.add(t, Shapes.tokens(t, h), (int) h.size(1), (int) h.size(2));
        Var normed = midNorms.get(layer).apply(t, tokens);
        Attention attention = midAttentions.get(layer);
        Var out = attention.apply(t, normed, attention.project(t, normed), null);
        return Elementwise.add(t, h, Shapes.reshape(t, out, h.shape()));
    }
}
