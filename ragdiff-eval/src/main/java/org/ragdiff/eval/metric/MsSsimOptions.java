package org.ragdiff.eval.metric;

import java.util.List;
import java.util.Objects;

/**
 * The conventions of MS-SSIM. Immutable.
 *
 * @param ssim window, border and constants at each scale
 * @param weights exponents of the scales, from the picture's own size down; each at least 0
 * @param channelsTogether whether terms are averaged over the channels before they are raised and multiplied; otherwise
 *     each channel has its product, and those are averaged
 */
public record MsSsimOptions(SsimOptions ssim, List<Double> weights, boolean channelsTogether) {
    private static final List<Double> WANG = List.of(0.0448, 0.2856, 0.3001, 0.2363, 0.1333);

    public MsSsimOptions {
        Objects.requireNonNull(ssim, "ssim");
        weights = List.copyOf(weights);
        if (weights.isEmpty() || weights.size() > 16 || weights.stream().anyMatch(w -> !(w >= 0 && w < 1e3))) {
            throw new IllegalArgumentException("weights must be 1 to 16 numbers of at least 0, got " + weights);
        }
    }

    /** Wang, Simoncelli and Bovik (2003): five scales, a product for each channel, as pytorch-msssim and piq have it. */
    public static MsSsimOptions defaults() {
        return new MsSsimOptions(SsimOptions.defaults(), WANG, false);
    }

    /** torchmetrics': channels together; the last scale's SSIM at all positions, contrast terms inside only. */
    public static MsSsimOptions torchmetrics() {
        return new MsSsimOptions(SsimOptions.torchmetrics(), WANG, true);
    }

    public MsSsimOptions withSsim(SsimOptions s) {
        return new MsSsimOptions(s, weights, channelsTogether);
    }

    public MsSsimOptions withWeights(List<Double> w) {
        return new MsSsimOptions(ssim, w, channelsTogether);
    }

    public MsSsimOptions withChannelsTogether(boolean together) {
        return new MsSsimOptions(ssim, weights, together);
    }
}
