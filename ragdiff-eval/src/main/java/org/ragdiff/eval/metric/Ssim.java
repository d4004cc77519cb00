package org.ragdiff.eval.metric;

import java.util.Arrays;
import org.ragdiff.core.RgbImage;

/**
 * Structural similarity (Wang et al., "Image quality assessment: from error visibility to structural similarity", IEEE
 * Transactions on Image Processing 13, 2004): the mean over positions and channels of
 *
 * <pre>
 * (2 μₐμ_b + C₁)(2 σₐ_b + C₂) / ((μₐ² + μ_b² + C₁)(σₐ² + σ_b² + C₂))
 * </pre>
 *
 * under the conventions of {@link SsimOptions}. 1 for equal pictures, which two constant pictures of one value are.
 * In double precision, over several threads for large pictures, with the same result for any number of them.
 * Stateless, thread-safe.
 */
public final class Ssim {
    private Ssim() {}

    /** As {@link #of(RgbImage, RgbImage, SsimOptions)} with the defaults. */
    public static double of(RgbImage a, RgbImage b) {
        return of(a, b, SsimOptions.defaults());
    }

    /**
     * Mean over the channels R, G and B, each in [0, 1] with a range of 1: the same as 0..255 with 255.
     *
     * @throws IllegalArgumentException if the sizes differ or the window does not fit in
     */
    public static double of(RgbImage a, RgbImage b, SsimOptions options) {
        return mean(scan(new RgbRows(a), new RgbRows(b), 1, options).means());
    }

    /**
     * Mean over all channels.
     *
     * @param range of the data, that is 1 for values in [0, 1]; it is not guessed
     * @throws IllegalArgumentException if sizes or channels differ or the window does not fit in
     */
    public static double of(ImagePlanes a, ImagePlanes b, double range, SsimOptions options) {
        return mean(scan(a, b, range, options).means());
    }

    /** The value at each position, channel by channel; its size is that of the positions that count. */
    public static ImagePlanes map(ImagePlanes a, ImagePlanes b, double range, SsimOptions options) {
        SsimScan scan = scan(a, b, range, options);
        return ImagePlanes.wrap(scan.width(), scan.height(), scan.maps());
    }

    static SsimScan scan(SampleRows a, SampleRows b, double range, SsimOptions options) {
        return new SsimScan(a, b, options.window(), options.border(), SsimScan.Constants.of(options, range));
    }

    private static double mean(SsimScan.Means[] channels) {
        return Arrays.stream(channels).mapToDouble(SsimScan.Means::ssim).sum() / channels.length;
    }
}
