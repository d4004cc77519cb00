package org.ragdiff.diffusion.refine;

import java.util.List;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.diffusion.MapUnet;

/**
 * Shape of a {@link RefinerNet}.
 *
 * @param channels of each level from the finest, of {@link StandardFrame#FIELD_SIDE} cells; each further level halves
 *     the side
 * @param midLayers resnets at the coarsest level, each followed by self-attention
 * @param headChannels channels of an attention head; divides the last level's channels
 * @param normGroups groups of the normalisations; divides all channels
 */
public record RefinerConfig(List<Integer> channels, int midLayers, int headChannels, int normGroups) {
    /** Four cells a side at the coarsest. */
    private static final int MOST_LEVELS = 5;

    public RefinerConfig {
        channels = List.copyOf(channels);
        MapUnet.requireShape(channels, MOST_LEVELS, midLayers, headChannels, normGroups);
    }

    /** The demo model's. */
    public static RefinerConfig defaults() {
        return new RefinerConfig(List.of(24, 48, 96, 160), 2, 32, 8);
    }
}
