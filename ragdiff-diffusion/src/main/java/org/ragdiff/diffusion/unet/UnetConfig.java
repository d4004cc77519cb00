package org.ragdiff.diffusion.unet;

import java.util.List;

/**
 * Shape of a {@link DenoisingUnet} with its reference network and guider.
 *
 * @param latentChannels channels of the latents
 * @param levels from the finest
 * @param layersPerBlock resnets of each down block; up blocks have one more, as in diffusers
 * @param timeChannels size of the time embedding
 * @param headChannels channels of an attention head; divides every attentionChannels
 * @param feedForwardMultiplier inner size of the feed-forward layers over their channels
 * @param structureDimension length of ê
 * @param structureTokens tokens that ê is projected to
 * @param contextChannels channels of those tokens
 * @param guiderChannels channels of the landmark guider's first layers
 * @param referenceChannels of the reference network, one for each level
 * @param normGroups groups of the normalisations; divides all channels
 * @param referenceVisibility whether reference latents have one more channel: where the photo shows the garment
 */
public record UnetConfig(
        int latentChannels,
        List<UnetLevel> levels,
        int layersPerBlock,
        int timeChannels,
        int headChannels,
        int feedForwardMultiplier,
        int structureDimension,
        int structureTokens,
        int contextChannels,
        List<Integer> guiderChannels,
        List<Integer> referenceChannels,
        int normGroups,
        boolean referenceVisibility) {
    public UnetConfig {
        levels = List.copyOf(levels);
        guiderChannels = List.copyOf(guiderChannels);
        referenceChannels = List.copyOf(referenceChannels);
        range("latentChannels", latentChannels, 1, 256);
        range("levels", levels.size(), 1, 6);
        range("layersPerBlock", layersPerBlock, 1, 8);
        range("timeChannels", timeChannels, 2, 8192);
        range("headChannels", headChannels, 1, 1024);
        range("feedForwardMultiplier", feedForwardMultiplier, 1, 16);
        range("structureDimension", structureDimension, 1, 16384);
        range("structureTokens", structureTokens, 1, 256);
        range("contextChannels", contextChannels, 1, 8192);
        range("guiderChannels' length", guiderChannels.size(), 1, 8);
        guiderChannels.forEach(c -> range("guiderChannels", c, 1, 4096));
        if (referenceChannels.size() != levels.size()) {
            throw new IllegalArgumentException("referenceChannels " + referenceChannels + " must list one number for "
                    + "each of the " + levels.size() + " levels");
        }
        for (UnetLevel level : levels) {
            divides("normGroups", normGroups, "channels", level.channels());
            if (level.attentionChannels() > 0) {
                divides("headChannels", headChannels, "attentionChannels", level.attentionChannels());
                divides("4", 4, "attentionChannels", level.attentionChannels());
            }
        }
        for (int c : referenceChannels) {
            divides("normGroups", normGroups, "referenceChannels", c);
        }
    }

    private static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "], got " + value);
        }
    }

    private static void divides(String name, int divisor, String of, int number) {
        if (divisor < 1 || number % divisor != 0) {
            throw new IllegalArgumentException(name + " (" + divisor + ") must divide " + of + " (" + number + ")");
        }
    }

    /** The demo model's, for latents of 24 to 32 cells a side. */
    public static UnetConfig defaults() {
        return new UnetConfig(
                4,
                List.of(new UnetLevel(64, 32, false), UnetLevel.attending(128), UnetLevel.attending(192)),
                1,
                256,
                32,
                2,
                128,
                4,
                128,
                List.of(16, 32),
                List.of(48, 96, 128),
                8,
                false);
    }

    public UnetConfig withLatentChannels(int channels) {
        return copy(channels, levels, structureDimension, referenceChannels);
    }

    public UnetConfig withStructureDimension(int dimension) {
        return copy(latentChannels, levels, dimension, referenceChannels);
    }

    public UnetConfig withLevels(List<UnetLevel> newLevels, List<Integer> newReferenceChannels) {
        return copy(latentChannels, newLevels, structureDimension, newReferenceChannels);
    }

    private UnetConfig copy(int latents, List<UnetLevel> newLevels, int dimension, List<Integer> reference) {
        return new UnetConfig(
                latents,
                newLevels,
                layersPerBlock,
                timeChannels,
                headChannels,
                feedForwardMultiplier,
                dimension,
                structureTokens,
                contextChannels,
                guiderChannels,
                reference,
                normGroups,
                referenceVisibility);
    }

    /** Channels of a photo's clean latents, its visibility among them. */
    public int referenceLatentChannels() {
        return latentChannels + (referenceVisibility ? 1 : 0);
    }

    /** Latent sides must be multiples of this. */
    public int sideMultiple() {
        return 1 << (levels.size() - 1);
    }
}
