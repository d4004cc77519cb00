package org.ragdiff.data.photo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;

import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

/** Masks drawn by hand: what is left of them is known. */
class MaskCleanerTest {
    private static final int SIDE = 100;

    private final byte[] mask = new byte[SIDE * SIDE];
    private final byte[] pixels = new byte[3 * SIDE * SIDE];

    private void fill(int x0, int y0, int x1, int y1, int value) {
        for (int y = y0; y < y1; y++) {
            for (int x = x0; x < x1; x++) {
                mask[y * SIDE + x] = (byte) value;
            }
        }
    }

    private MaskCleaner.Cleaned clean() {
        try (Mat raw = new Mat(SIDE, SIDE, CV_8UC1)) {
            raw.data().put(mask, 0, mask.length);
            return MaskCleaner.clean(raw, pixels);
        }
    }

    private static byte at(MaskCleaner.Cleaned c, int x, int y) {
        return c.mask()[y * SIDE + x];
    }

    @Test
    void theLargestPartStays() {
        fill(10, 10, 50, 60, 1);
        fill(70, 20, 90, 40, 1);
        MaskCleaner.Cleaned c = clean();
        assertThat(at(c, 30, 30)).isOne();
        assertThat(at(c, 80, 30)).isZero();
        // Opening rounds the corners by a pixel or two.
        assertThat(c.keptShare()).isEqualTo(40 * 50.0 / (40 * 50 + 20 * 20), within(0.01));
    }

    @Test
    void thinFringesGo() {
        fill(20, 20, 80, 80, 1);
        fill(49, 0, 51, 20, 1);
        MaskCleaner.Cleaned c = clean();
        assertThat(at(c, 50, 5)).isZero();
        assertThat(at(c, 50, 25)).isOne();
        assertThat(c.keptShare()).isEqualTo(1);
    }

    @Test
    void anEmptyMaskHasNoPart() {
        assertThat(clean().keptShare()).isZero();
    }

    /** Two holes of one size: one shows the floor between the legs, the other a print on the chest. */
    @Test
    void onlyGapsThatShowTheBackgroundStayOpen() {
        fill(20, 10, 80, 90, 1);
        fill(42, 20, 58, 32, 0);
        fill(42, 65, 58, 85, 0);
        colour(true);
        MaskCleaner.Cleaned c = clean();
        assertThat(at(c, 50, 26)).as("print in the middle of the chest").isOne();
        assertThat(at(c, 50, 75)).as("floor between the legs").isZero();
        colour(false);
        assertThat(at(clean(), 50, 75)).as("cloth of its own colour").isOne();
    }

    /** Red cloth on a blue floor; holes have the floor's colour or the cloth's. */
    private void colour(boolean floorInHoles) {
        for (int i = 0; i < mask.length; i++) {
            int x = i % SIDE;
            int y = i / SIDE;
            boolean cloth = mask[i] == 1 || !floorInHoles && x >= 20 && x < 80 && y >= 10 && y < 90;
            pixels[3 * i] = (byte) (cloth ? 200 : 30);
            pixels[3 * i + 2] = (byte) (cloth ? 30 : 200);
        }
    }
}
