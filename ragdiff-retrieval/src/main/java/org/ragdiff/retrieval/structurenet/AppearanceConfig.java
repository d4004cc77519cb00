package org.ragdiff.retrieval.structurenet;

import java.util.List;
import java.util.Objects;

/**
 * Shape of an {@link AppearanceNet}.
 *
 * @param wild tower for photos; of the side of {@link StructureNetConfig#wild}
 * @param standard tower for standard images; of the side of {@link StructureNetConfig#standard}
 * @param channels of the attention to the photo; a multiple of {@code heads}
 * @param heads of that attention
 * @param patchFeatures numbers by which each patch is described
 * @param dimension length of the appearance embeddings
 */
public record AppearanceConfig(
        TowerConfig wild, TowerConfig standard, int channels, int heads, int patchFeatures, int dimension) {
    public AppearanceConfig {
        Objects.requireNonNull(wild, "wild");
        Objects.requireNonNull(standard, "standard");
        range("channels", channels, 1, 1024);
        range("heads", heads, 1, channels);
        range("patchFeatures", patchFeatures, 1, 256);
        range("dimension", dimension, 2, 4096);
        if (channels % heads != 0) {
            throw new IllegalArgumentException(
                    "channels must be a multiple of heads, got " + channels + " and " + heads);
        }
    }

    void requireGroups(int groups) {
        for (TowerConfig tower : List.of(wild, standard)) {
            for (int c : tower.channels()) {
                if (c % groups != 0) {
                    throw new IllegalArgumentException(
                            "normGroups " + groups + " does not divide appearance channels " + tower.channels());
                }
            }
        }
    }

    private static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "], got " + value);
        }
    }
}
