package org.ragdiff.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.core.RgbImage;

class CwSsimTest {
    /** Of x and y in pixels, in 0..255. */
    private static ImagePlanes picture(int width, int height, DoubleBinaryOperator value) {
        double[] v = new double[width * height];
        for (int i = 0; i < v.length; i++) {
            v[i] = value.applyAsDouble(i % width, i / width) / 255;
        }
        return new ImagePlanes(width, height, v);
    }

    private static double levels(char which, double x, double y) {
        double a = 128 + 100 * Math.sin(2 * Math.PI * x / 32) * Math.cos(2 * Math.PI * y / 48);
        double v =
                switch (which) {
                    case 'A' -> a;
                    case 'B' -> Math.max(0, Math.min(255, a + 20 * Math.sin(0.7 * x + 1.3 * y)));
                    case 'C' -> Math.max(0, Math.min(255, 0.8 * a + 10));
                    default ->
                        128
                                + 60 * Math.sin(0.02 * (x * x + 0.5 * y * y) / 8 + 0.3 * y)
                                + 40 * Math.cos(0.11 * x - 0.23 * y);
                };
        return Math.floor(v + 0.5);
    }

    /**
     * What the steps of pyiqa's CW-SSIM and its SCFpyr give in NumPy, with their lookup tables, for pictures of width,
     * height, level, orientations and K.
     */
    @ParameterizedTest
    @CsvSource({
        "A,B,192,192,4,8,0,0.9999918621718291",
        "A,C,192,192,4,8,0,0.9758168122592912",
        "A,D,192,192,4,8,0,0.012486630056816229",
        "B,D,192,192,3,6,0,0.17801947351949285",
        "A,D,192,192,3,8,100,0.15217662897857664",
        "A,D,150,133,3,8,0,0.15731639590452828",
        "C,D,77,112,2,5,0,0.20886607517651729",
        "B,D,64,64,1,4,10,0.4470930955149237"
    })
    void equalsTheRecursionWithTables(
            char a, char b, int width, int height, int level, int orientations, double k, double expected) {
        ImagePlanes p = picture(width, height, (x, y) -> levels(a, x, y));
        ImagePlanes q = picture(width, height, (x, y) -> levels(b, x, y));
        CwSsimOptions o = new CwSsimOptions(level, orientations, k);
        assertThat(CwSsim.of(p, q, o)).isEqualTo(expected, within(1e-4));
        assertThat(CwSsim.of(q, p, o)).isEqualTo(CwSsim.of(p, q, o), within(1e-12));
        assertThat(CwSsim.of(p, p, o)).isEqualTo(1, within(1e-12));
    }

    /** With K = 0 a picture of c times the contrast, at any brightness, has 2c / (1 + c²). */
    @Test
    void contrastScalesAndBrightnessDoesNotCount() {
        ImagePlanes p = picture(90, 80, (x, y) -> levels('D', x, y));
        CwSsimOptions o = CwSsimOptions.defaults();
        for (double c : new double[] {0.1, 0.5, 3}) {
            ImagePlanes q = picture(90, 80, (x, y) -> 40 + c * levels('D', x, y));
            assertThat(CwSsim.of(p, q, o)).isEqualTo(2 * c / (1 + c * c), within(1e-9));
        }
    }

    /** Of a wave that fits into the picture a shift turns all coefficients alike, which the modulus does not see. */
    @Test
    void shiftedWavesAreTheSame() {
        for (double shift : new double[] {1, 2.5, 8}) {
            ImagePlanes p = picture(128, 128, (x, y) -> 100 + 50 * Math.sin(2 * Math.PI * (5 * x + 3 * y) / 128));
            ImagePlanes q =
                    picture(128, 128, (x, y) -> 100 + 50 * Math.sin(2 * Math.PI * (5 * (x - shift) + 3 * y) / 128));
            assertThat(CwSsim.of(p, q, CwSsimOptions.defaults())).isEqualTo(1, within(1e-9));
            assertThat(Ssim.of(p, q, 1, SsimOptions.defaults())).isLessThan(0.97);
        }
    }

    @Test
    void degeneratePictures() {
        byte[] grey = new byte[64 * 64 * 3];
        Arrays.fill(grey, (byte) 77);
        RgbImage flat = RgbImage.wrap(64, 64, grey);
        RgbImage black = RgbImage.wrap(64, 64, new byte[64 * 64 * 3]);
        assertThat(CwSsim.of(flat, flat)).isEqualTo(1, within(1e-12));
        assertThat(CwSsim.of(flat, black)).isEqualTo(1, within(1e-12));
        RgbImage small = RgbImage.wrap(55, 64, new byte[55 * 64 * 3]);
        assertThatThrownBy(() -> CwSsim.of(small, small)).hasMessageContaining("at least 56x56, got 55x64");
        assertThatThrownBy(() -> CwSsim.of(flat, small)).hasMessageContaining("equal sizes");
        ImagePlanes colour = ImagePlanes.of(flat);
        assertThatThrownBy(() -> CwSsim.of(colour, colour, CwSsimOptions.defaults()))
                .hasMessageContaining("one channel");
        assertThatThrownBy(() -> CwSsimOptions.defaults().withK(Double.NaN)).hasMessageContaining("k must be");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "8,16", "7,5", "12,45", "1,31"})
    void transformsAreTheSums(int width, int height) {
        Random random = new Random(3);
        int n = width * height;
        double[] re = random.doubles(n, -1, 1).toArray();
        double[] im = random.doubles(n, -1, 1).toArray();
        double[] gotRe = re.clone();
        double[] gotIm = im.clone();
        Fourier.forward(gotRe, gotIm, width, height);
        for (int k = 0; k < n; k++) {
            double sumRe = 0;
            double sumIm = 0;
            for (int i = 0; i < n; i++) {
                double angle = -2
                        * Math.PI
                        * ((double) (k % width) * (i % width) / width + (double) (k / width) * (i / width) / height);
                sumRe += re[i] * Math.cos(angle) - im[i] * Math.sin(angle);
                sumIm += re[i] * Math.sin(angle) + im[i] * Math.cos(angle);
            }
            assertThat(gotRe[k]).isEqualTo(sumRe, within(1e-10));
            assertThat(gotIm[k]).isEqualTo(sumIm, within(1e-10));
        }
        Fourier.inverse(gotRe, gotIm, width, height);
        assertThat(gotRe).containsExactly(re, within(1e-12));
        assertThat(gotIm).containsExactly(im, within(1e-12));
    }
}
