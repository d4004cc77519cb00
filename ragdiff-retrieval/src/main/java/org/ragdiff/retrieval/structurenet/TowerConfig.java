package org.ragdiff.retrieval.structurenet;

import java.util.List;

/**
 * Shape of a {@link Tower}.
 *
 * @param backbone {@code conv}, convolutions, or {@code vit}, a vision transformer
 * @param side pixels a side of the input, a multiple of 16 in [32, 256]
 * @param channels at ½, ¼, ⅛ and 1/16 of the side
 * @param blocks residual blocks at ¼, ⅛ and 1/16 of the side
 * @param hidden features that the tower ends in
 */
public record TowerConfig(String backbone, int side, List<Integer> channels, List<Integer> blocks, int hidden) {
    public TowerConfig {
        // Weights of before there was a choice do not name it.
        backbone = backbone == null ? ConvTower.NAME : backbone;
        if (!Tower.BACKBONES.contains(backbone)) {
            throw new IllegalArgumentException(
                    "backbone must be one of " + Tower.BACKBONES + ", got \"" + backbone + "\"");
        }
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

    /** Convolutions. */
    public TowerConfig(int side, List<Integer> channels, List<Integer> blocks, int hidden) {
        this(ConvTower.NAME, side, channels, blocks, hidden);
    }

    public TowerConfig withBackbone(String name) {
        return new TowerConfig(name, side, channels, blocks, hidden);
    }

    public TowerConfig withSide(int newSide) {
        return new TowerConfig(backbone, newSide, channels, blocks, hidden);
    }

    public TowerConfig withChannels(List<Integer> newChannels) {
        return new TowerConfig(backbone, side, newChannels, blocks, hidden);
    }

    public TowerConfig withBlocks(List<Integer> newBlocks) {
        return new TowerConfig(backbone, side, channels, newBlocks, hidden);
    }

    public TowerConfig withHidden(int newHidden) {
        return new TowerConfig(backbone, side, channels, blocks, newHidden);
    }
}
