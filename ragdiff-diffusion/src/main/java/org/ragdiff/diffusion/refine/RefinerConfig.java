package org.ragdiff.diffusion.refine;

import java.util.List;
import org.ragdiff.core.StandardFrame;

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
    public RefinerConfig {
        channels = List.copyOf(channels);
        range("channels' length", channels.size(), 2, 5);
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
    }

    private static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "], got " + value);
        }
    }

    /** The demo model's. */
    public static RefinerConfig defaults() {
        return new RefinerConfig(List.of(24, 48, 96, 160), 2, 32, 8);
    }
}
