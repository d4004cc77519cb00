package org.ragdiff.retrieval.structurenet;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;

/**
 * Shape of a {@link StructureNet}.
 *
 * @param wild tower for photos
 * @param standard tower for standard images with their silhouettes
 * @param dimension length of the structure embeddings
 * @param normGroups groups of the normalisations; divides all channels of the towers
 * @param fieldSide side of the decoded signed distance fields, a multiple of 8
 * @param fieldLimit distances are clamped to ± this share of the frame
 * @param decoderHidden width of the decoder of fields from embeddings
 * @param readerChannels width of the {@link FieldReader}; a multiple of {@code readerHeads}
 * @param readerLayers its layers; 0 leaves it out
 * @param readerHeads its attention heads
 * @param appearance the part of the embeddings that tells garments of one structure apart; null for none
 */
public record StructureNetConfig(
        TowerConfig wild,
        TowerConfig standard,
        int dimension,
        int normGroups,
        int fieldSide,
        double fieldLimit,
        int decoderHidden,
        int readerChannels,
        int readerLayers,
        int readerHeads,
        @JsonSetter(nulls = Nulls.SET) AppearanceConfig appearance) {
    public StructureNetConfig {
        for (TowerConfig tower : List.of(wild, standard)) {
            for (int c : tower.channels()) {
                if (normGroups < 1 || c % normGroups != 0) {
                    throw new IllegalArgumentException(
                            "normGroups " + normGroups + " does not divide the channels " + tower.channels());
                }
            }
        }
        range("dimension", dimension, 2, 4096);
        range("fieldSide", fieldSide, 16, 128);
        range("decoderHidden", decoderHidden, 1, 4096);
        range("readerLayers", readerLayers, 0, 16);
        range("readerChannels", readerChannels, 1, 1024);
        range("readerHeads", readerHeads, 1, readerChannels);
        if (fieldSide % FieldPatches.GRID != 0 || readerChannels % readerHeads != 0) {
            throw new IllegalArgumentException("fieldSide must be a multiple of " + FieldPatches.GRID
                    + " and readerChannels of readerHeads, got " + fieldSide + ", " + readerChannels + ", "
                    + readerHeads);
        }
        if (!(fieldLimit > 0 && fieldLimit <= 1)) {
            throw new IllegalArgumentException("fieldLimit must be in (0, 1], got " + fieldLimit);
        }
    }

    private static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "], got " + value);
        }
    }

    /** The demo model's: 64 px photos, vectors of 128. */
    public static StructureNetConfig defaults() {
        return new StructureNetConfig(
                new TowerConfig(64, List.of(32, 64, 128, 192), List.of(2, 2, 2), 256),
                new TowerConfig(64, List.of(24, 48, 96, 128), List.of(1, 1, 1), 256),
                128,
                8,
                32,
                0.2,
                512,
                128,
                2,
                4,
                null);
    }

    public StructureNetConfig withWild(TowerConfig tower) {
        return new StructureNetConfig(
                tower,
                standard,
                dimension,
                normGroups,
                fieldSide,
                fieldLimit,
                decoderHidden,
                readerChannels,
                readerLayers,
                readerHeads,
                appearance);
    }

    public StructureNetConfig withStandard(TowerConfig tower) {
        return new StructureNetConfig(
                wild,
                tower,
                dimension,
                normGroups,
                fieldSide,
                fieldLimit,
                decoderHidden,
                readerChannels,
                readerLayers,
                readerHeads,
                appearance);
    }

    public StructureNetConfig withReaderLayers(int layers) {
        return new StructureNetConfig(
                wild,
                standard,
                dimension,
                normGroups,
                fieldSide,
                fieldLimit,
                decoderHidden,
                readerChannels,
                layers,
                readerHeads,
                appearance);
    }

    public StructureNetConfig withAppearance(AppearanceConfig newAppearance) {
        return new StructureNetConfig(
                wild,
                standard,
                dimension,
                normGroups,
                fieldSide,
                fieldLimit,
                decoderHidden,
                readerChannels,
                readerLayers,
                readerHeads,
                newAppearance);
    }

    /** Length of whole embeddings: structure, then appearance. */
    int embeddingLength() {
        return dimension + (appearance == null ? 0 : appearance.dimension());
    }
}
