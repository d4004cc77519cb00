package org.ragdiff.retrieval.structurenet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Shape of a {@link Tower}.
 *
 * @param backbone {@code conv}, convolutions, {@code vit}, a vision transformer, or {@code checkpoint}, one that was trained
 *     elsewhere
 * @param side pixels a side of the input, a multiple of 16 in [32, 512]
 * @param channels at ½, ¼, ⅛ and 1/16 of the side; empty for a checkpoint, which has its own
 * @param blocks residual blocks at ¼, ⅛ and 1/16 of the side; empty alike
 * @param hidden features that the tower ends in
 * @param checkpoint what the backbone {@code checkpoint} loads; null for the others
 */
public record TowerConfig(
        String backbone,
        int side,
        @JsonProperty(defaultValue = "[]") List<Integer> channels,
        @JsonProperty(defaultValue = "[]") List<Integer> blocks,
        int hidden,
        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty(defaultValue = "null") TowerCheckpoint checkpoint) {
    public TowerConfig {
        // Weights of before there was a choice do not name it.
        backbone = backbone == null ? ConvTower.NAME : backbone;
        if (!Tower.BACKBONES.contains(backbone)) {
            throw new IllegalArgumentException(
                    "backbone must be one of " + Tower.BACKBONES + ", got \"" + backbone + "\"");
        }
        channels = channels == null ? List.of() : List.copyOf(channels);
        blocks = blocks == null ? List.of() : List.copyOf(blocks);
        if (side < 32 || side > 512 || side % 16 != 0) {
            throw new IllegalArgumentException("side must be a multiple of 16 in [32, 512], got " + side);
        }
        if (hidden < 1 || hidden > 4096) {
            throw new IllegalArgumentException("hidden must be in [1, 4096], got " + hidden);
        }
        if (backbone.equals(CheckpointTower.NAME)) {
            if (checkpoint == null || !channels.isEmpty() || !blocks.isEmpty()) {
                throw new IllegalArgumentException(
                        "backbone checkpoint needs checkpoint: {folder: …}, and no channels or"
                                + " blocks, which the folder says; got checkpoint " + checkpoint + ", channels "
                                + channels
                                + ", blocks " + blocks);
            }
        } else {
            requireOwn(backbone, channels, blocks, checkpoint);
        }
    }

    private static void requireOwn(
            String backbone, List<Integer> channels, List<Integer> blocks, TowerCheckpoint checkpoint) {
        if (checkpoint != null) {
            throw new IllegalArgumentException(
                    "backbone " + backbone + " loads no checkpoint: name backbone checkpoint, or leave it out");
        }
        if (channels.size() != 4 || channels.stream().anyMatch(c -> c < 1 || c > 1024)) {
            throw new IllegalArgumentException("channels must be 4 numbers in [1, 1024], got " + channels);
        }
        if (blocks.size() != 3 || blocks.stream().anyMatch(b -> b < 0 || b > 16)) {
            throw new IllegalArgumentException("blocks must be 3 numbers in [0, 16], got " + blocks);
        }
    }

    /** Convolutions. */
    public TowerConfig(int side, List<Integer> channels, List<Integer> blocks, int hidden) {
        this(ConvTower.NAME, side, channels, blocks, hidden, null);
    }

    /** A tower that was trained elsewhere. */
    public TowerConfig(int side, int hidden, TowerCheckpoint checkpoint) {
        this(CheckpointTower.NAME, side, List.of(), List.of(), hidden, checkpoint);
    }

    public TowerConfig withBackbone(String name) {
        return new TowerConfig(name, side, channels, blocks, hidden, checkpoint);
    }

    public TowerConfig withSide(int newSide) {
        return new TowerConfig(backbone, newSide, channels, blocks, hidden, checkpoint);
    }

    public TowerConfig withChannels(List<Integer> newChannels) {
        return new TowerConfig(backbone, side, newChannels, blocks, hidden, checkpoint);
    }

    public TowerConfig withBlocks(List<Integer> newBlocks) {
        return new TowerConfig(backbone, side, channels, newBlocks, hidden, checkpoint);
    }

    public TowerConfig withHidden(int newHidden) {
        return new TowerConfig(backbone, side, channels, blocks, newHidden, checkpoint);
    }

    TowerConfig withCheckpoint(TowerCheckpoint newCheckpoint) {
        return new TowerConfig(backbone, side, channels, blocks, hidden, newCheckpoint);
    }
}
