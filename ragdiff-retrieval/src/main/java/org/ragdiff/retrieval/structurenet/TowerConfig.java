package org.ragdiff.retrieval.structurenet;

import java.util.List;

/**
 * Shape of a {@link ConvTower}.
 *
 * @param side pixels a side of the input, a multiple of 16 in [32, 256]
 * @param channels at ½, ¼, ⅛ and 1/16 of the side
 * @param blocks residual blocks at ¼, ⅛ and 1/16 of the side
 * @param hidden features that the tower ends in
 */
public record TowerConfig(int side, List<Integer> channels, List<Integer> blocks, int hidden) {
    public TowerConfig {
        channels = List.copyOf(channels);
        blocks = List.copyOf(blocks);
        if (side < 32 || side > 256 || side % 16 != 0) {
            throw new IllegalArgumentException("side must be a multiple of 16 in [32, 256], got " + side);
        }
        if (channels.size() != 4 || channels.stream().anyMatch(c -> c < 1 || c > 1024)) {
            throw new IllegalArgumentException("channels must be 4 numbers in [1, 1024], got " + channels);
        }
        if (blocks.size() != 3 || blocks.stream().anyMatch(b -> b < 0 || b > 16)) {
            throw new IllegalArgumentException("blocks must be 3 numbers in [0, 16], got " + blocks);
        }
        if (hidden < 1 || hidden > 4096) {
            throw new IllegalArgumentException("hidden must be in [1, 4096], got " + hidden);
        }
    }

    public TowerConfig withSide(int newSide) {
        return new TowerConfig(newSide, channels, blocks, hidden);
    }

    public TowerConfig withChannels(List<Integer> newChannels) {
        return new TowerConfig(side, newChannels, blocks, hidden);
    }

    public TowerConfig withBlocks(List<Integer> newBlocks) {
        return new TowerConfig(side, channels, newBlocks, hidden);
    }

    public TowerConfig withHidden(int newHidden) {
        return new TowerConfig(side, channels, blocks, newHidden);
    }
}
