package org.ragdiff.diffusion.unet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Positions;
import org.ragdiff.diffusion.Resampling;

/**
 * The pattern path of RAGDiffusion (arXiv 2411.19528; ReferenceNet of AnimateAnyone, Hu 2023): a narrower
 * UNet without noise, time or structure, run once on the photo's clean latent. What its way up finds at
 * each resolution becomes the reference tokens of the denoiser's attention layers at that resolution.
 */
final class ReferenceNet extends Module {
    private static final double EPS = 1e-5;

    private final Conv2d convIn;
    private final List<ResnetBlock> down = new ArrayList<>();
    private final List<Resampling> downsamplers = new ArrayList<>();
    private final Transformer2d mid;
    private final List<ResnetBlock> up = new ArrayList<>();
    private final List<Resampling> upsamplers = new ArrayList<>();
    private final Linear[] projections;
    private final LayerNorm[] norms;

    ReferenceNet(SplittableRandom random, UnetConfig config) {
        List<Integer> channels = config.referenceChannels();
        int groups = config.normGroups();
        int last = channels.size() - 1;
        convIn = child("conv_in", new Conv2d(random, config.referenceLatentChannels(), channels.get(0), 3));
        int in = channels.get(0);
        for (int i = 0; i <= last; i++) {
            int out = channels.get(i);
            down.add(child("down_blocks." + i + ".resnets.0", new ResnetBlock(random, in, out, 0, groups, EPS)));
            in = out;
            if (i < last) {
                downsamplers.add(child("down_blocks." + i + ".downsamplers.0", Resampling.down(random, out, out)));
            }
        }
        int inner = (in + config.headChannels() - 1) / config.headChannels() * config.headChannels();
        mid = child("mid_block.attentions.0", new Transformer2d(random, config, last, in, inner, 0));
        for (int i = last; i >= 0; i--) {
            int c = channels.get(i);
            String name = "up_blocks." + (last - i);
            up.add(child(name + ".resnets.0", new ResnetBlock(random, 2 * c, c, 0, groups, EPS)));
            if (i > 0) {
                upsamplers.add(child(name + ".upsamplers.0", Resampling.up(random, c, channels.get(i - 1))));
            }
        }
        projections = new Linear[last + 1];
        norms = new LayerNorm[last + 1];
        for (int i = 0; i <= last; i++) {
            int inTokens = config.levels().get(i).attentionChannels();
            if (inTokens > 0) {
                projections[i] = child("level_proj." + i, new Linear(random, channels.get(i), inTokens));
                norms[i] = child("level_norm." + i, new LayerNorm(inTokens, EPS));
            }
        }
    }

    /**
     * What is read off photos.
     *
     * @param tokens [R, hᵢ·wᵢ, attentionChannels] of each level, null where the level has no attention
     * @param map the finest feature map [R, h, w, C₀]
     */
    record Features(List<Var> tokens, Var map) {}

    /** @param latents clean [R, h, w, C], with the visibility if the configuration has it */
    Features apply(Tape t, Var latents) {
        Var h = convIn.apply(t, latents);
        List<Var> skips = new ArrayList<>();
        for (int i = 0; i < down.size(); i++) {
            h = down.get(i).apply(t, h, null);
            skips.add(h);
            if (i < downsamplers.size()) {
                h = downsamplers.get(i).apply(t, h);
            }
        }
        ReferenceRows none = ReferenceRows.leading((int) h.size(0), 0);
        h = mid.apply(t, h, null, null, none);
        Var[] tokens = new Var[up.size()];
        for (int i = up.size() - 1; i >= 0; i--) {
            int step = up.size() - 1 - i;
            h = up.get(step).apply(t, Shapes.concatChannels(t, h, skips.get(i)), null);
            if (projections[i] != null) {
                Var projected = projections[i].apply(t, Shapes.tokens(t, h));
                tokens[i] = norms[i].apply(t, Positions.add(t, projected, (int) h.size(1), (int) h.size(2)));
            }
            if (i > 0) {
                h = upsamplers.get(step).apply(t, h);
            }
        }
        return new Features(java.util.Arrays.asList(tokens), h);
    }
}
