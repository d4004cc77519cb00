package org.ragdiff.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;

/** Bad and degenerate pictures, and SSIM beside plain sums. */
class PlanesTest {
    private static RgbImage noise(int width, int height, int seed) {
        byte[] rgb = new byte[width * height * 3];
        new SplittableRandom(seed).nextBytes(rgb);
        return RgbImage.wrap(width, height, rgb);
    }

    private static RgbImage flat(int side, int value) {
        byte[] rgb = new byte[side * side * 3];
        Arrays.fill(rgb, (byte) value);
        return RgbImage.wrap(side, side, rgb);
    }

    @Test
    void valuesThatAreNotFiniteAreNamed() {
        double[] v = new double[12 * 12];
        v[5 * 12 + 7] = Double.NaN;
        assertThatThrownBy(() -> new ImagePlanes(12, 12, new double[144], v))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("channel 1 is NaN at column 7, row 5, expected finite values");
        assertThatThrownBy(() -> new ImagePlanes(12, 11, v)).hasMessageContaining("144 values, expected 132");
        assertThatThrownBy(() -> new ImagePlanes(12, 12)).hasMessageContaining("0 channels");
        assertThatThrownBy(() -> Psnr.ofError(Double.NaN, 1)).hasMessageContaining("error of at least 0");
        assertThatThrownBy(() -> Ssim.of(
                        new ImagePlanes(12, 12, new double[144]),
                        new ImagePlanes(12, 12, new double[144], new double[144]),
                        1,
                        SsimOptions.defaults()))
                .hasMessageContaining("12x12 of 1 channel and 12x12 of 2 channels");
    }

    @Test
    void constantPicturesHaveTheirValues() {
        double c1 = 1e-4;
        double a = 30 / 255.0;
        double b = 200 / 255.0;
        double luminance = (2 * a * b + c1) / (a * a + b * b + c1);
        for (SsimOptions o : List.of(SsimOptions.defaults(), SsimOptions.scikitImage(), SsimOptions.torchmetrics())) {
            assertThat(Ssim.of(flat(20, 30), flat(20, 200), o)).isEqualTo(luminance, within(1e-12));
            assertThat(Ssim.of(flat(20, 30), flat(20, 30), o)).isEqualTo(1, within(1e-12));
        }
        assertThat(MsSsim.of(flat(176, 30), flat(176, 200))).isEqualTo(Math.pow(luminance, 0.1333), within(1e-12));
        assertThat(Psnr.of(flat(4, 30), flat(4, 200))).isEqualTo(20 * Math.log10(255 / 170.0), within(1e-12));
        ImagePlanes grey = ImagePlanes.of(flat(8, 30));
        assertThatThrownBy(() -> PixelErrors.normalisedRoot(grey, grey, PixelErrors.Normalisation.MIN_MAX))
                .hasMessageContaining("MIN_MAX");
        assertThat(MutualInformation.normalised(grey, grey, 100)).isEqualTo(2);
        ImagePlanes black = ImagePlanes.of(flat(8, 0));
        assertThat(SpectralAngle.of(black, black)).isZero();
        assertThat(SpectralAngle.of(black, grey)).isEqualTo(Math.PI / 2, within(1e-12));
        assertThatThrownBy(() -> RelativeGlobalError.of(grey, black, 4)).hasMessageContaining("mean of 0");
    }

    @Test
    void tooSmallPicturesAreRefused() {
        assertThatThrownBy(() -> Ssim.of(flat(10, 1), flat(10, 1))).hasMessageContaining("at least 11x11, got 10x10");
        assertThatThrownBy(() -> Ssim.of(flat(5, 1), flat(5, 1), SsimOptions.torchmetrics()))
                .hasMessageContaining("at least 6x6, got 5x5");
        assertThatThrownBy(() -> MsSsim.of(flat(175, 1), flat(175, 1)))
                .hasMessageContaining("at least 176x176, got 175x175");
        assertThatThrownBy(() -> MsSsim.of(flat(176, 1), flat(177, 1))).hasMessageContaining("equal sizes");
        assertThatThrownBy(() -> MsSsimOptions.defaults().withWeights(List.of()))
                .hasMessageContaining("weights");
        assertThatThrownBy(() -> MsSsimOptions.defaults().withWeights(List.of(Double.NaN)))
                .hasMessageContaining("weights");
    }

    /** Every position by itself, in the order of the definition. */
    @Test
    void equalsTheDefinitionAtEachPosition() {
        int w = 45;
        int h = 90;
        ImagePlanes a = ImagePlanes.of(noise(w, h, 1));
        ImagePlanes b = ImagePlanes.of(noise(w, h, 2));
        SsimOptions o = SsimOptions.defaults()
                .withWindow(new SsimWindow(5, 9, 0.8, 2.5))
                .withBorder(SsimOptions.Border.MIRRORED)
                .withSampleCovariance(true);
        ImagePlanes map = Ssim.map(a, b, 1, o);
        assertThat(map.width()).isEqualTo(w);
        assertThat(map.height()).isEqualTo(h);
        double[] rows = o.window().rowTaps();
        double[] columns = o.window().columnTaps();
        double[] p = a.plane(1);
        double[] q = b.plane(1);
        double[] got = map.plane(1);
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                double[] m = new double[5];
                for (int v = 0; v < 5; v++) {
                    for (int u = 0; u < 9; u++) {
                        int at = mirror(y + v - 2, h) * w + mirror(x + u - 4, w);
                        double[] terms = {p[at], q[at], p[at] * p[at], q[at] * q[at], p[at] * q[at]};
                        for (int k = 0; k < 5; k++) {
                            m[k] += rows[v] * columns[u] * terms[k];
                        }
                    }
                }
                double n = 45 / 44.0;
                double va = n * (m[2] - m[0] * m[0]);
                double vb = n * (m[3] - m[1] * m[1]);
                double cov = n * (m[4] - m[0] * m[1]);
                double expected = (2 * m[0] * m[1] + 1e-4)
                        * (2 * cov + 9e-4)
                        / ((m[0] * m[0] + m[1] * m[1] + 1e-4) * (va + vb + 9e-4));
                assertThat(got[y * w + x]).isEqualTo(expected, within(1e-12));
            }
        }
        double mean = Arrays.stream(got).sum() / got.length;
        ImagePlanes one = new ImagePlanes(w, h, p);
        assertThat(Ssim.of(one, new ImagePlanes(w, h, q), 1, o)).isEqualTo(mean, within(1e-13));
    }

    private static int mirror(int i, int n) {
        return i < 0 ? -i : i >= n ? 2 * n - 2 - i : i;
    }

    @Test
    void threadsDoNotChangeABit() throws Exception {
        RgbImage a = noise(300, 200, 3);
        RgbImage b = noise(300, 200, 4);
        double plain = Ssim.of(a, b);
        double scales = MsSsim.of(a, b, MsSsimOptions.torchmetrics());
        for (int threads : new int[] {1, 2, 3}) {
            ForkJoinPool pool = new ForkJoinPool(threads);
            try {
                assertThat(pool.submit(() -> Ssim.of(a, b)).get()).isEqualTo(plain);
                assertThat(pool.submit(() -> MsSsim.of(a, b, MsSsimOptions.torchmetrics()))
                                .get())
                        .isEqualTo(scales);
            } finally {
                pool.shutdown();
            }
        }
        assertThat(Ssim.of(a, b)).isEqualTo(Ssim.of(b, a));
    }
}
