package org.ragdiff.eval.metric;

import java.util.Arrays;
import org.ragdiff.core.RgbImage;

/**
 * Multi-scale structural similarity (Wang, Simoncelli and Bovik, "Multiscale structural similarity for image quality
 * assessment", Asilomar 2003): the product of the mean contrast terms of all scales but the last and the mean SSIM of
 * the last, each raised to its weight and at least 0. From scale to scale means of 2×2 pixels; an odd last row or
 * column is dropped, as torchmetrics does. Stateless, thread-safe.
 */
public final class MsSsim {
    private MsSsim() {}

    /** As {@link #of(RgbImage, RgbImage, MsSsimOptions)} with the defaults. */
    public static double of(RgbImage a, RgbImage b) {
        return of(a, b, MsSsimOptions.defaults());
    }

    /**
     * Of samples in [0, 1] with a range of 1.
     *
     * @throws IllegalArgumentException if the sizes differ or are too small: the window has to fit into the last scale
     */
    public static double of(RgbImage a, RgbImage b, MsSsimOptions options) {
        return value(new RgbRows(a), new RgbRows(b), 1, options);
    }

    /**
     * @param range of the data, that is 1 for values in [0, 1]
     * @throws IllegalArgumentException if the sizes differ or are too small
     */
    public static double of(ImagePlanes a, ImagePlanes b, double range, MsSsimOptions options) {
        return value(a, b, range, options);
    }

    private static double value(SampleRows first, SampleRows second, double range, MsSsimOptions options) {
        SampleRows.requireEqualSizes(first, second);
        int scales = options.weights().size();
        SsimWindow window = options.ssim().window();
        if (first.width() >> scales - 1 < window.columns() || first.height() >> scales - 1 < window.rows()) {
            throw new IllegalArgumentException("MS-SSIM of " + scales + " scales with a window of " + window.columns()
                    + "x" + window.rows() + " needs pictures of at least " + (window.columns() << scales - 1) + "x"
                    + (window.rows() << scales - 1) + ", got " + first.width() + "x" + first.height());
        }
        SampleRows a = first;
        SampleRows b = second;
        double[] product = new double[options.channelsTogether() ? 1 : a.channels()];
        Arrays.fill(product, 1);
        for (int scale = 0; scale < scales; scale++) {
            SsimScan.Means[] means = Ssim.scan(a, b, range, options.ssim()).means();
            double weight = options.weights().get(scale);
            boolean last = scale == scales - 1;
            for (int p = 0; p < product.length; p++) {
                double term = product.length == means.length ? term(means[p], last) : mean(means, last);
                product[p] *= Math.pow(Math.max(0, term), weight);
            }
            if (!last) {
                a = ImagePlanes.halved(a);
                b = ImagePlanes.halved(b);
            }
        }
        return Arrays.stream(product).sum() / product.length;
    }

    private static double term(SsimScan.Means m, boolean last) {
        return last ? m.ssim() : m.contrast();
    }

    private static double mean(SsimScan.Means[] means, boolean last) {
        double sum = 0;
        for (SsimScan.Means m : means) {
            sum += term(m, last);
        }
        return sum / means.length;
    }
}
