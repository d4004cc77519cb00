package org.ragdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.RgbImage;

/** A generated square of one colour, and a photo of another that shows its left half. */
class PatternTransferTest {
    private static final int SIDE = 32;
    private static final WhiteBackground BACKGROUND = new WhiteBackground(16);

    private static RgbImage generated() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        Arrays.fill(rgb, (byte) 255);
        for (int i = 0; i < SIDE * SIDE; i++) {
            if (inside(i)) {
                rgb[3 * i] = 100;
                rgb[3 * i + 1] = 50;
                rgb[3 * i + 2] = 20;
            }
        }
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    private static boolean inside(int i) {
        int x = i % SIDE;
        int y = i / SIDE;
        return x >= 8 && x < 24 && y >= 8 && y < 24;
    }

    /** Red, seen by {@code visible} left of the middle, also beyond the square. */
    private static AlignedPhoto photo(float visible, boolean inFrame) {
        float[] rgb = new float[3 * SIDE * SIDE];
        float[] seen = new float[SIDE * SIDE];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = i % SIDE < 16 ? visible : 0;
            rgb[3 * i] = (255 + seen[i] * (200 - 255)) / 127.5f - 1;
            rgb[3 * i + 1] = rgb[3 * i + 2] = (255 - seen[i] * 255) / 127.5f - 1;
        }
        return new AlignedPhoto(SIDE, rgb, seen, new float[SIDE * SIDE], inFrame);
    }

    @Test
    void whatIsSeenIsThePhotosAndTheStructureStays() {
        RgbImage out = new PatternTransfer(1).apply(generated(), photo(1, true), BACKGROUND);
        assertThat(rgb(out, 12, 16)).containsExactly(200, 0, 0);
        assertThat(rgb(out, 20, 16)).as("not seen").containsExactly(100, 50, 20);
        assertThat(rgb(out, 3, 16)).as("outside the silhouette").containsExactly(255, 255, 255);
    }

    /** Half of 0.5², an eighth, of the way from (100, 50, 20) to (200, 0, 0). */
    @Test
    void uncertainPixelsCountLittle() {
        RgbImage out = new PatternTransfer(0.5).apply(generated(), photo(0.5f, true), BACKGROUND);
        int[] c = rgb(out, 12, 16);
        assertThat(c[0]).isBetween(112, 113);
        assertThat(c[1]).isBetween(43, 45);
        assertThat(c[2]).isBetween(17, 18);
    }

    @Test
    void withoutAShareOrAnAlignmentNothingChanges() {
        RgbImage image = generated();
        assertThat(new PatternTransfer(0).apply(image, photo(1, true), BACKGROUND))
                .isSameAs(image);
        assertThat(new PatternTransfer(1).apply(image, photo(1, false), BACKGROUND))
                .isSameAs(image);
        assertThatThrownBy(() -> new PatternTransfer(1.5)).hasMessageContaining("[0, 1]");
    }

    private static int[] rgb(RgbImage image, int x, int y) {
        return new int[] {image.at(x, y, 0), image.at(x, y, 1), image.at(x, y, 2)};
    }
}
