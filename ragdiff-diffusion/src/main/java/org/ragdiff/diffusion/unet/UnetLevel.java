package org.ragdiff.diffusion.unet;

/**
 * One resolution of a {@link DenoisingUnet}; each level has half the side of the one before.
 *
 * @param channels of the feature maps
 * @param attentionChannels inner channels of the transformers after each resnet, or 0 for none
 * @param ownTokens whether self-attention reads the level's own tokens beside the reference's; without, it
 *     costs a fraction at fine levels and still brings the photo's colours
 */
public record UnetLevel(int channels, int attentionChannels, boolean ownTokens) {
    public UnetLevel {
        if (channels < 1 || channels > 4096 || attentionChannels < 0 || attentionChannels > 4096) {
            throw new IllegalArgumentException("channels must be in [1, 4096] and attentionChannels in [0, 4096], got "
                    + channels + " and " + attentionChannels);
        }
    }

    /** Without transformers. */
    public static UnetLevel plain(int channels) {
        return new UnetLevel(channels, 0, true);
    }

    /** With full transformers as wide as the feature maps. */
    public static UnetLevel attending(int channels) {
        return new UnetLevel(channels, channels, true);
    }
}
