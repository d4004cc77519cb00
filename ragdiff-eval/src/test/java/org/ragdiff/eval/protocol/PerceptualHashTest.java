package org.ragdiff.eval.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.core.RgbImage;

/** Against ImageHash's definitions, computed with NumPy and SciPy's DCT at sizes that need no resampling. */
class PerceptualHashTest {
    private static RgbImage pattern(int width, int height, int seed) {
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = 3 * (y * width + x);
                rgb[i] = (byte) (7 * x * x + 3 * y * y + seed * x + 11 * y);
                rgb[i + 1] = (byte) (5 * x + seed * y * y);
                rgb[i + 2] = (byte) (x * y + seed * 17);
            }
        }
        return RgbImage.wrap(width, height, rgb);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 800f372f665dd295, fbfbfbfaf6f6eddd",
        "2, 822f3c25066f576e, fbfbfbfaf6f6edbd",
        "3, 870f3a21262c6f77, fbfbfbfaf6f6edbd"
    })
    void equalsImageHash(int seed, String dct, String gradient) {
        assertThat(Long.toHexString(PerceptualHash.of(pattern(32, 32, seed)).dct()))
                .isEqualTo(dct);
        assertThat(Long.toHexString(PerceptualHash.of(pattern(9, 8, seed)).gradient()))
                .isEqualTo(gradient);
    }
}
