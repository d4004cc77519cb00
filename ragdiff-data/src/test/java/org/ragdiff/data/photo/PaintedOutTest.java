package org.ragdiff.data.photo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

class PaintedOutTest {
    private static final int SIDE = 64;

    private static Silhouette square(int width, int height, int from, int to) {
        boolean[] inside = new boolean[width * height];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = i % width >= from && i % width < to && i / width >= from && i / width < to;
        }
        return new Silhouette(width, height, inside);
    }

    @Test
    void aPlainBackgroundBecomesWholeAgain() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        Silhouette garment = square(SIDE, SIDE, 20, 44);
        for (int i = 0; i < SIDE * SIDE; i++) {
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) (garment.at(i % SIDE, i / SIDE) ? 7 : 100 + 40 * c);
            }
        }
        RgbImage out = PaintedOut.square(RgbImage.wrap(SIDE, SIDE, rgb), garment, SIDE);
        for (int i = 0; i < SIDE * SIDE; i++) {
            for (int c = 0; c < 3; c++) {
                assertThat(out.at(i % SIDE, i / SIDE, c)).isBetween(99 + 40 * c, 101 + 40 * c);
            }
        }
    }

    @Test
    void whatIsFarFromTheGarmentStays() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        new java.util.Random(1).nextBytes(rgb);
        RgbImage photo = new RgbImage(SIDE, SIDE, rgb);
        RgbImage out = PaintedOut.square(photo, square(SIDE, SIDE, 28, 36), SIDE);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                boolean near = Math.abs(x - 32) < 8 && Math.abs(y - 32) < 8;
                assertThat(near || out.at(x, y, 0) == photo.at(x, y, 0)).isTrue();
            }
        }
    }

    @Test
    void aWidePhotoIsCutToItsMiddle() {
        RgbImage photo = RgbImage.wrap(100, 50, new byte[3 * 100 * 50]);
        RgbImage out = PaintedOut.square(photo, square(100, 50, 20, 40), 32);
        assertThat(out.width()).isEqualTo(32);
        assertThat(out.height()).isEqualTo(32);
    }
}
