package org.ragdiff.diffusion.align;

import java.util.List;

/**
 * Shape of an {@link AlignmentNet}.
 *
 * @param side of the photos in pixels
 * @param patchSize pixels a side that the first layer folds into channels; the output has one cell for each patch
 * @param channels of each level from the finest; each further level halves the side
 * @param midLayers resnets at the coarsest level, each followed by self-attention
 * @param headChannels channels of an attention head; divides the last level's channels
 * @param normGroups groups of the normalisations; divides all channels
 */
public record AlignmentConfig(
        int side, int patchSize, List<Integer> channels, int midLayers, int headChannels, int normGroups) {
    public AlignmentConfig {
        channels = List.copyOf(channels);
        range("side", side, 16, 1024);
        range("patchSize", patchSize, 1, 16);
        range("channels' length", channels.size(), 2, 6);
        range("midLayers", midLayers, 1, 8);
        for (int c : channels) {
            range("channels", c, 1, 4096);
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
        int multiple = patchSize << (channels.size() - 1);
        if (side % multiple != 0) {
            throw new IllegalArgumentException("side " + side + " is no multiple of " + multiple
                    + ", which patchSize and the number of levels ask for");
        }
    }

    private static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "], got " + value);
        }
    }

    /** The demo model's. */
    public static AlignmentConfig defaults() {
        return new AlignmentConfig(128, 2, List.of(16, 48, 96, 160), 2, 32, 8);
    }

    /** The same for photos of so many times the side, in as many cells. */
    AlignmentConfig finer(int times) {
        return new AlignmentConfig(side * times, patchSize * times, channels, midLayers, headChannels, normGroups);
    }

    /** Cells along a side of the output. */
    public int cells() {
        return side / patchSize;
    }
}
