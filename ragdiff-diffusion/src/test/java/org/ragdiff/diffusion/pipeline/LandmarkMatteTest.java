package org.ragdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

/** A drawn square, brown on its left half and green on its right one, and landmarks that are larger or smaller. */
class LandmarkMatteTest {
    private static final int SIDE = 32;
    private static final WhiteBackground BACKGROUND = new WhiteBackground(16);
    private static final int[] BROWN = {100, 50, 20};
    private static final int[] GREEN = {20, 120, 60};
    private static final int[] WHITE = {255, 255, 255};

    private static RgbImage drawn() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        Arrays.fill(rgb, (byte) 255);
        for (int i = 0; i < SIDE * SIDE; i++) {
            int x = i % SIDE;
            if (x >= 8 && x < 24 && i / SIDE >= 8 && i / SIDE < 24) {
                for (int c = 0; c < 3; c++) {
                    rgb[3 * i + c] = (byte) (x < 16 ? BROWN : GREEN)[c];
                }
            }
        }
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    /** Of {@code side} cells; inside from {@code low} to {@code high} both ways. */
    private static SignedDistanceField box(int side, int low, int high) {
        boolean[] inside = new boolean[side * side];
        for (int i = 0; i < inside.length; i++) {
            int x = i % side;
            int y = i / side;
            inside[i] = x >= low && x < high && y >= low && y < high;
        }
        return SignedDistanceField.of(new Silhouette(side, side, inside));
    }

    private static int[] at(RgbImage image, int x, int y) {
        return new int[] {image.at(x, y, 0), image.at(x, y, 1), image.at(x, y, 2)};
    }

    @Test
    void clothReachesALargerLandmark() {
        RgbImage out = new LandmarkMatte(1).apply(drawn(), box(SIDE, 4, 28), BACKGROUND);
        assertThat(at(out, 5, 16)).isEqualTo(BROWN);
        assertThat(at(out, 26, 16)).isEqualTo(GREEN);
        assertThat(at(out, 12, 26)).isEqualTo(BROWN);
        assertThat(at(out, 12, 12)).as("drawn cloth stays").isEqualTo(BROWN);
        assertThat(at(out, 2, 16)).isEqualTo(WHITE);
    }

    /** Up to a quarter of a cell, here half a pixel, beyond it. */
    @Test
    void clothBeyondASmallerLandmarkIsTakenAway() {
        RgbImage out = new LandmarkMatte(1).apply(drawn(), box(SIDE / 2, 6, 10), BACKGROUND);
        assertThat(at(out, 13, 15)).isEqualTo(BROWN);
        assertThat(at(out, 18, 15)).isEqualTo(GREEN);
        assertThat(at(out, 10, 15)).isEqualTo(WHITE);
        assertThat(at(out, 22, 22)).isEqualTo(WHITE);
    }

    @Test
    void anOutlineThatFitsStays() {
        RgbImage image = drawn();
        RgbImage out = new LandmarkMatte(1).apply(image, box(SIDE, 8, 24), BACKGROUND);
        for (int i = 0; i < SIDE * SIDE; i++) {
            int x = i % SIDE;
            // Where both colours meet, the outline's pixels are taken for mixed.
            if (x < 14 || x > 17) {
                assertThat(at(out, x, i / SIDE)).isEqualTo(at(image, x, i / SIDE));
            }
        }
    }

    @Test
    void aShareIsTheWayBetween() {
        RgbImage half = new LandmarkMatte(0.5).apply(drawn(), box(SIDE, 4, 28), BACKGROUND);
        assertThat(at(half, 5, 16)).containsExactly(178, 153, 138);
        assertThat(at(half, 12, 12)).isEqualTo(BROWN);
    }

    @Test
    void itCanBeOffAndNeedsCloth() {
        RgbImage image = drawn();
        assertThat(new LandmarkMatte(0).apply(image, box(SIDE, 4, 28), BACKGROUND))
                .isSameAs(image);
        byte[] white = new byte[3 * SIDE * SIDE];
        Arrays.fill(white, (byte) 255);
        RgbImage blank = RgbImage.wrap(SIDE, SIDE, white);
        assertThat(new LandmarkMatte(1).apply(blank, box(SIDE, 4, 28), BACKGROUND))
                .isEqualTo(blank);
        assertThatThrownBy(() -> new LandmarkMatte(-0.1)).hasMessageContaining("[0, 1]");
    }
}
