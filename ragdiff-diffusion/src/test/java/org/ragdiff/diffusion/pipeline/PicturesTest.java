package org.ragdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.SquarePhoto;

class PicturesTest {
    private static RgbImage grey(int w, int h, int... values) {
        byte[] rgb = new byte[w * h * 3];
        for (int i = 0; i < w * h; i++) {
            Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) values[i]);
        }
        return RgbImage.wrap(w, h, rgb);
    }

    @Test
    void onlyNearlyWhitePixelsThatReachTheBorderBecomeWhite() {
        RgbImage in = grey(
                5, 5, //
                250, 250, 250, 250, 250, //
                250, 10, 10, 10, 250, //
                250, 10, 250, 10, 250, //
                250, 10, 10, 10, 200, //
                250, 250, 250, 250, 245);
        assertThat(new WhiteBackground(8).clean(in))
                .isEqualTo(grey(
                        5, 5, //
                        255, 255, 255, 255, 255, //
                        255, 10, 10, 10, 255, //
                        255, 10, 250, 10, 255, //
                        255, 10, 10, 10, 200, //
                        255, 255, 255, 255, 245));
        assertThat(new WhiteBackground(0).clean(in)).isEqualTo(in);
    }

    @Test
    void letterboxKeepsAllAndFillsWithTheEdgesColour() {
        RgbImage tall = grey(2, 4, 10, 30, 50, 70, 90, 110, 130, 150);
        RgbImage boxed = SquarePhoto.of(tall, 4, SquarePhoto.Fit.LETTERBOX);
        assertThat(boxed)
                .isEqualTo(grey(
                        4, 4, //
                        70, 10, 30, 90, //
                        70, 50, 70, 90, //
                        70, 90, 110, 90, //
                        70, 130, 150, 90));
        assertThat(SquarePhoto.of(tall, 2, SquarePhoto.Fit.CROP)).isEqualTo(grey(2, 2, 50, 70, 90, 110));
    }
}
