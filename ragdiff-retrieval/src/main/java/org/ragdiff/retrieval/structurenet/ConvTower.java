package org.ragdiff.retrieval.structurenet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Convolutions down to 1/16 of the side, residual blocks at the three coarser levels. The coarsest map is
 * flattened, not averaged: where something is belongs to the structure.
 */
final class ConvTower extends Tower {
    static final String NAME = "conv";

    private static final double EPS = 1e-5;

    private final int width;
    private final Conv2d stem;
    private final GroupNorm stemNorm;
    private final List<Conv2d> down = new ArrayList<>();
    private final List<List<ResnetBlock>> blocks = new ArrayList<>();
    private final GroupNorm fineNorm;
    private final GroupNorm coarseNorm;
    private final Linear head;

    ConvTower(SplittableRandom random, int inChannels, TowerConfig config, int groups) {
        super(inChannels, config);
        List<Integer> c = config.channels();
        width = c.get(2);
        stem = child("conv_in", new Conv2d(random, inChannels, c.get(0), 5, Convolution.of(2, 2)));
        stemNorm = child("norm_in", new GroupNorm(groups, c.get(0), EPS));
        for (int level = 0; level < 3; level++) {
            String name = "levels." + level;
            down.add(child(
                    name + ".downsample", new Conv2d(random, c.get(level), c.get(level + 1), 3, Convolution.of(2, 1))));
            List<ResnetBlock> list = new ArrayList<>();
            for (int b = 0; b < config.blocks().get(level); b++) {
                int n = c.get(level + 1);
                list.add(child(name + ".resnets." + b, new ResnetBlock(random, n, n, 0, groups, EPS)));
            }
            blocks.add(list);
        }
        fineNorm = child("norm_fine", new GroupNorm(groups, c.get(2), EPS));
        coarseNorm = child("norm_coarse", new GroupNorm(groups, c.get(3), EPS));
        int cells = config.side() / 16;
        head = child("head", new Linear(random, cells * cells * c.get(3), config.hidden()));
    }

    @Override
    int tokenWidth() {
        return width;
    }

    @Override
    Features features(Tape t, Var x) {
        Var h = stemNorm.apply(t, stem.apply(t, x), Activation.SILU);
        Var fine = null;
        for (int level = 0; level < 3; level++) {
            h = down.get(level).apply(t, h);
            for (ResnetBlock block : blocks.get(level)) {
                h = block.apply(t, h, null);
            }
            fine = level == 1 ? h : fine;
        }
        Var tokens = Shapes.tokens(t, fineNorm.apply(t, fine, Activation.SILU));
        Var coarse = coarseNorm.apply(t, h, Activation.SILU);
        Var flat = Shapes.reshape(t, coarse, coarse.size(0), coarse.value().length() / coarse.size(0));
        return new Features(tokens, head.apply(t, flat));
    }
}
