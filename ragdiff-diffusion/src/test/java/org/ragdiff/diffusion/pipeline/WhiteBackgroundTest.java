package org.ragdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;

class WhiteBackgroundTest {
    private static final int SIDE = 64;
    private static final WhiteBackground BACKGROUND = new WhiteBackground(16);

    private final byte[] rgb = new byte[3 * SIDE * SIDE];

    /** Fills a rectangle, ends not included, with a grey. */
    private void grey(int left, int top, int right, int bottom, int value) {
        for (int y = top; y < bottom; y++) {
            Arrays.fill(rgb, 3 * (y * SIDE + left), 3 * (y * SIDE + right), (byte) value);
        }
    }

    private RgbImage cleaned() {
        return BACKGROUND.clean(RgbImage.wrap(SIDE, SIDE, rgb));
    }

    WhiteBackgroundTest() {
        grey(0, 0, SIDE, SIDE, 250);
        grey(20, 20, 40, 40, 90);
    }

    @Test
    void nearlyWhiteBecomesWhiteAndWhatItEnclosesStays() {
        grey(28, 28, 32, 32, 248);
        RgbImage out = cleaned();
        assertThat(out.at(5, 5, 0)).isEqualTo(255);
        assertThat(out.at(25, 25, 0)).isEqualTo(90);
        assertThat(out.at(30, 30, 0)).as("a white print").isEqualTo(248);
    }

    @Test
    void faintSpecksAreBackground() {
        grey(10, 50, 12, 51, 230);
        grey(0, SIDE - 2, 2, SIDE, 214);
        RgbImage out = cleaned();
        assertThat(out.at(10, 50, 1)).as("two pixels").isEqualTo(255);
        assertThat(out.at(0, SIDE - 1, 1)).as("in the corner").isEqualTo(255);
    }

    @Test
    void whatIsDarkOrLargeOrHangsOnTheGarmentIsNoSpeck() {
        grey(10, 50, 12, 51, 180);
        grey(50, 50, 53, 52, 230);
        grey(40, 40, 41, 41, 230);
        RgbImage out = cleaned();
        assertThat(out.at(10, 50, 1)).as("dark").isEqualTo(180);
        assertThat(out.at(50, 50, 1)).as("six of 4096 pixels").isEqualTo(230);
        assertThat(out.at(40, 40, 1)).as("at the garment's corner").isEqualTo(230);
    }

    @Test
    void withoutToleranceNothingChanges() {
        RgbImage image = RgbImage.wrap(SIDE, SIDE, rgb);
        assertThat(new WhiteBackground(0).clean(image)).isEqualTo(image);
    }
}
