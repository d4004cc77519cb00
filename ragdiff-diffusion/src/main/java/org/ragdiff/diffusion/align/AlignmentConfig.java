package org.ragdiff.diffusion.align;

import java.util.List;
import org.ragdiff.diffusion.MapUnet;

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
    private static final int MOST_LEVELS = 6;

    public AlignmentConfig {
        channels = List.copyOf(channels);
        MapUnet.requireIn("side", side, 16, 1024);
        MapUnet.requireIn("patchSize", patchSize, 1, 16);
        MapUnet.requireShape(channels, MOST_LEVELS, midLayers, headChannels, normGroups);
        int multiple = patchSize << (channels.size() - 1);
        if (side % multiple != 0) {
            throw new IllegalArgumentException("side " + side + " is no multiple of " + multiple
                    + ", which patchSize and the number of levels ask for");
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
