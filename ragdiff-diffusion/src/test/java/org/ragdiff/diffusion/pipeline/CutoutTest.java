package org.ragdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;

/** A disc of one colour over white, whose coverage of every pixel is known. */
class CutoutTest {
    private static final int SIDE = 48;
    private static final int[] COLOUR = {40, 90, 160};
    private static final WhiteBackground BACKGROUND = new WhiteBackground(16);

    private static double coverage(int i) {
        int in = 0;
        for (int s = 0; s < 64; s++) {
            double x = i % SIDE + (s % 8 + 0.5) / 8 - SIDE / 2.0;
            double y = i / SIDE + (s / 8 + 0.5) / 8 - SIDE / 2.0;
            in += Math.hypot(x, y) < 15.3 ? 1 : 0;
        }
        return in / 64.0;
    }

    private static RgbImage disc(int[] ground) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            double a = coverage(i / 3);
            rgb[i] = (byte) Math.round(ground[i % 3] + a * (COLOUR[i % 3] - ground[i % 3]));
        }
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    @Test
    void opacityIsTheCoverage() {
        Cutout cutout = Cutout.of(disc(new int[] {255, 255, 255}), BACKGROUND);
        for (int i = 0; i < SIDE * SIDE; i++) {
            // What is nearly white counts as background: 16 of at most 215 levels.
            assertThat((cutout.alpha()[i] & 0xff) / 255.0).isEqualTo(coverage(i), within(0.09));
            if ((cutout.alpha()[i] & 0xff) > 30) {
                for (int c = 0; c < 3; c++) {
                    assertThat(cutout.colours().at(i % SIDE, i / SIDE, c)).isEqualTo(COLOUR[c]);
                }
            }
        }
    }

    @Test
    void overAnotherColourThereIsNoFringe() {
        RgbImage over = Cutout.of(disc(new int[] {255, 255, 255}), BACKGROUND).over(10, 200, 30);
        RgbImage truth = disc(new int[] {10, 200, 30});
        for (int i = 0; i < 3 * SIDE * SIDE; i++) {
            assertThat(over.at(i / 3 % SIDE, i / 3 / SIDE, i % 3))
                    .isCloseTo(truth.at(i / 3 % SIDE, i / 3 / SIDE, i % 3), within(19));
        }
        assertThat(over.at(0, 0, 1)).as("background").isEqualTo(200);
    }

    @Test
    void withoutBackgroundAllIsOpaque() {
        byte[] dark = new byte[3 * SIDE * SIDE];
        Cutout cutout = Cutout.of(RgbImage.wrap(SIDE, SIDE, dark), BACKGROUND);
        assertThat(cutout.alpha()).containsOnly(255);
        assertThat(cutout.over(1, 2, 3).rgb()).isEqualTo(dark);
    }

    @Test
    void whiteClothStaysOpaque() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % SIDE;
            int y = i / 3 / SIDE;
            boolean seam = x == 10 || x == 37 || y == 10 || y == 37;
            boolean inside = x >= 10 && x <= 37 && y >= 10 && y <= 37;
            rgb[i] = (byte) (inside && seam ? 180 : 255);
        }
        Cutout cutout = Cutout.of(RgbImage.wrap(SIDE, SIDE, rgb), BACKGROUND);
        assertThat(cutout.alpha()[24 * SIDE + 24]).isEqualTo((byte) 255);
        assertThat(cutout.alpha()[0]).isZero();
    }

    /** A strap of one full pixel between two half covered ones, with a faint pixel at its end. */
    @Test
    void whatIsTooThinToHaveAnInsideIsUnmixedToo() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % SIDE;
            int y = i / 3 / SIDE;
            double share = y < 10 || y > 30 || Math.abs(x - 20) > 1 ? 0 : x == 20 ? 1 : 0.5;
            share = x == 20 && y == 9 ? 0.15 : share;
            rgb[i] = (byte) Math.round(255 + share * (COLOUR[i % 3] - 255));
        }
        Cutout cutout = Cutout.of(RgbImage.wrap(SIDE, SIDE, rgb), BACKGROUND);
        assertThat(cutout.alpha()[20 * SIDE + 20]).isEqualTo((byte) 255);
        assertThat(cutout.alpha()[20 * SIDE + 19] & 0xff).as("beside it").isCloseTo(128, within(2));
        assertThat(cutout.alpha()[9 * SIDE + 20] & 0xff).as("at its end").isCloseTo(38, within(2));
        for (int c = 0; c < 3; c++) {
            assertThat(cutout.colours().at(19, 20, c)).isEqualTo(COLOUR[c]);
        }
    }
}
