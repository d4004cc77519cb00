package org.ragdiff.eval.metric;

import java.util.Arrays;

/**
 * The universal image quality index (Wang and Bovik, IEEE Signal Processing Letters 9, 2002) as torchmetrics computes
 * it: SSIM without constants but for the machine's epsilon in the denominators, 11×11 Gaussian window of σ 1.5,
 * interior. 0 where both pictures are flat. Stateless, thread-safe.
 */
public final class UniversalQuality {
    private static final double[] EPSILON = {Math.ulp(1.0), Math.ulp(1.0)};

    private UniversalQuality() {}

    /** Mean over channels; it has no range of the data. */
    public static double of(ImagePlanes a, ImagePlanes b) {
        SsimScan scan = new SsimScan(
                a,
                b,
                SsimWindow.gaussian(1.5),
                SsimOptions.Border.INTERIOR,
                new SsimScan.Constants(new double[2], EPSILON, 1));
        return Arrays.stream(scan.means()).mapToDouble(SsimScan.Means::ssim).sum() / a.channels();
    }
}
