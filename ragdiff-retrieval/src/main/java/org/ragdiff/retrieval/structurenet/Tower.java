package org.ragdiff.retrieval.structurenet;

import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.ImageTower;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** What turns pictures into features; which one, a {@link TowerConfig} names. */
abstract class Tower extends Module {
    /** Names that configurations may give. */
    static final List<String> BACKBONES = List.of(ConvTower.NAME, VitTower.NAME, CheckpointTower.NAME);

    private final TowerConfig config;
    private final int inChannels;

    Tower(int inChannels, TowerConfig config) {
        this.config = config;
        this.inChannels = inChannels;
    }

    /**
     * @param groups of the normalisations, where a backbone has groups
     * @param image what a backbone {@code checkpoint} has loaded; null for the others
     */
    static Tower of(SplittableRandom random, int inChannels, TowerConfig config, int groups, ImageTower image) {
        return switch (config.backbone()) {
            case VitTower.NAME -> new VitTower(random, inChannels, config);
            case CheckpointTower.NAME -> new CheckpointTower(random, inChannels, config, image);
            default -> new ConvTower(random, inChannels, config, groups);
        };
    }

    /** @param x [N, side, side, inChannels] */
    final Features apply(Tape t, Var x) {
        if (x.rank() != 4 || x.size(1) != config.side() || x.size(2) != config.side() || x.size(3) != inChannels) {
            throw new IllegalArgumentException("tower expects [N, " + config.side() + ", " + config.side() + ", "
                    + inChannels + "], got " + java.util.Arrays.toString(x.shape()));
        }
        return features(t, x);
    }

    abstract Features features(Tape t, Var x);

    /** Channels of {@link Features#tokens}. */
    abstract int tokenWidth();

    /**
     * What a tower sees.
     *
     * @param tokens [N, (side/8)², tokenWidth], row-major
     * @param hidden [N, hidden]
     */
    record Features(Var tokens, Var hidden) {}
}
