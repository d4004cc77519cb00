package org.ragdiff.eval.metric;

import java.util.Objects;

/**
 * The conventions in which implementations of SSIM differ. Immutable.
 *
 * @param window of the local means
 * @param border which positions count
 * @param sampleCovariance whether variances and covariances are those of a sample (divided by n − 1), not of a
 *     population
 * @param k1 of the luminance term's constant (k1 · L)², L being the range of the data
 * @param k2 of the contrast term's constant (k2 · L)²
 */
public record SsimOptions(SsimWindow window, Border border, boolean sampleCovariance, double k1, double k2) {
    /** Where windows may lie. */
    public enum Border {
        /** Wholly inside the picture; other positions do not count. */
        INTERIOR,
        /** At every pixel; the picture goes on mirrored at its edge pixels, d c b | a b c d | c b a. */
        MIRRORED,
        /** At every pixel; the picture goes on mirrored at its edges, c b a | a b c d | d c b. */
        SYMMETRIC
    }

    public SsimOptions {
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(border, "border");
        if (!(k1 > 0 && k2 > 0 && k1 < 1e6 && k2 < 1e6)) {
            throw new IllegalArgumentException("k1 and k2 must be above 0, got " + k1 + " and " + k2);
        }
        if (sampleCovariance && window.rows() * window.columns() == 1) {
            throw new IllegalArgumentException("a window of one pixel has no sample covariance");
        }
    }

    /**
     * Wang et al. (2004): 11×11 Gaussian of σ 1.5, interior, population variances, K₁ 0.01, K₂ 0.03. The default, and
     * that of pytorch-msssim, piq and MONAI; scikit-image's with {@code gaussian_weights=True, sigma=1.5,
     * use_sample_covariance=False}.
     */
    public static SsimOptions defaults() {
        return new SsimOptions(SsimWindow.gaussian(1.5), Border.INTERIOR, false, 0.01, 0.03);
    }

    /** scikit-image's own defaults: 7×7 uniform window, sample covariances, interior. */
    public static SsimOptions scikitImage() {
        return defaults().withWindow(SsimWindow.uniform(7, 7)).withSampleCovariance(true);
    }

    /** torchmetrics': all positions, of the picture mirrored at its edge pixels. */
    public static SsimOptions torchmetrics() {
        return defaults().withBorder(Border.MIRRORED);
    }

    public SsimOptions withWindow(SsimWindow w) {
        return new SsimOptions(w, border, sampleCovariance, k1, k2);
    }

    public SsimOptions withBorder(Border b) {
        return new SsimOptions(window, b, sampleCovariance, k1, k2);
    }

    public SsimOptions withSampleCovariance(boolean sample) {
        return new SsimOptions(window, border, sample, k1, k2);
    }

    public SsimOptions withK1(double k) {
        return new SsimOptions(window, border, sampleCovariance, k, k2);
    }

    public SsimOptions withK2(double k) {
        return new SsimOptions(window, border, sampleCovariance, k1, k);
    }
}
