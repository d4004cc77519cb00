package org.ragdiff.diffusion.vae;

import java.util.List;

/**
 * Shape of a {@link Vae}. Levels are listed from the finest, which works on patches of {@code patchSize}
 * pixels a side; each further level halves the side.
 *
 * @param latentChannels channels of the latents
 * @param patchSize pixels a side that the first layer folds into channels, 1 or more
 * @param encoderChannels channels of each level of the encoder
 * @param decoderChannels channels of each level of the decoder, as many levels
 * @param encoderLayers resnets of each encoder level, at least 1
 * @param decoderLayers resnets of each decoder level, at least 1
 * @param midLayers resnets between, in each half
 * @param normGroups groups of the normalisations; divides all channels
 */
public record VaeConfig(
        int latentChannels,
        int patchSize,
        List<Integer> encoderChannels,
        List<Integer> decoderChannels,
        int encoderLayers,
        int decoderLayers,
        int midLayers,
        int normGroups) {
    private static final int MAX_CHANNELS = 4096;
    private static final int MAX_LAYERS = 16;

    public VaeConfig {
        encoderChannels = List.copyOf(encoderChannels);
        decoderChannels = List.copyOf(decoderChannels);
        range("latentChannels", latentChannels, 1, 256);
        range("patchSize", patchSize, 1, 16);
        range("encoderLayers", encoderLayers, 1, MAX_LAYERS);
        range("decoderLayers", decoderLayers, 1, MAX_LAYERS);
        range("midLayers", midLayers, 0, MAX_LAYERS);
        range("levels", encoderChannels.size(), 1, 6);
        if (decoderChannels.size() != encoderChannels.size()) {
            throw new IllegalArgumentException("decoderChannels " + decoderChannels + " and encoderChannels "
                    + encoderChannels + " must list the same number of levels");
        }
        for (List<Integer> channels : List.of(encoderChannels, decoderChannels)) {
            for (int c : channels) {
                range("channels", c, 1, MAX_CHANNELS);
                if (normGroups < 1 || c % normGroups != 0) {
                    throw new IllegalArgumentException(
                            "normGroups " + normGroups + " does not divide the channels " + channels);
                }
            }
        }
    }

    private static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "], got " + value);
        }
    }

    /** f = 4, 4 channels: the demo model's. */
    public static VaeConfig defaults() {
        return new VaeConfig(4, 2, List.of(32, 64), List.of(32, 96), 1, 1, 1, 8);
    }

    public VaeConfig withLatentChannels(int channels) {
        return new VaeConfig(
                channels,
                patchSize,
                encoderChannels,
                decoderChannels,
                encoderLayers,
                decoderLayers,
                midLayers,
                normGroups);
    }

    public VaeConfig withChannels(List<Integer> encoder, List<Integer> decoder) {
        return new VaeConfig(
                latentChannels, patchSize, encoder, decoder, encoderLayers, decoderLayers, midLayers, normGroups);
    }

    /** Pixels per latent cell along a side. */
    public int factor() {
        return patchSize << (encoderChannels.size() - 1);
    }
}
