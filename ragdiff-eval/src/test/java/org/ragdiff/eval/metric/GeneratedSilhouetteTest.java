package org.ragdiff.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

class GeneratedSilhouetteTest {
    private final GeneratedSilhouette extraction = new GeneratedSilhouette(SilhouetteRule.defaults());

    /** Colour, folds, dark rim, blur passes, noise, smallest IoU. */
    @ParameterizedTest
    @CsvSource({
        "20,20,24, 6, 0, 0, 0, 0.995",
        "20,20,24, 6, 0, 2, 3, 0.95",
        "200,30,40, 15, 0, 1, 4, 0.97",
        "180,190,200, 10, 0, 1, 4, 0.96",
        "240,238,230, 4, 6, 1, 0, 0.96",
        "240,240,240, 4, 8, 1, 2, 0.93",
        "246,246,246, 3, 15, 1, 1, 0.88",
        "250,250,250, 2, 25, 1, 0, 0.87",
        "255,255,255, 0, 40, 1, 0, 0.87",
        "255,255,255, 0, 40, 1, 2, 0.87"
    })
    void findsClothOfAnyColourEvenWhite(
            int r, int g, int b, double folds, double rim, int blurs, double noise, double least) {
        for (int n : new int[] {96, 128, 256}) {
            for (Silhouette truth : new Silhouette[] {Pictures.top(n, 0.2), Pictures.trousers(n)}) {
                RgbImage picture = Pictures.cloth(truth, new int[] {r, g, b}, folds, rim, blurs, noise);
                assertThat(extraction.of(picture).iou(truth)).as("side %d", n).isGreaterThan(least);
            }
        }
    }

    @Test
    void specksOnTheBackgroundAreDropped() {
        Silhouette truth = Pictures.top(128, 0.2);
        byte[] rgb = Pictures.cloth(truth, new int[] {30, 80, 160}, 5, 0, 0, 0).rgb();
        for (int y = 3; y < 9; y++) {
            for (int x = 4; x < 9; x++) {
                rgb[(y * 128 + x) * 3] = 0;
            }
        }
        assertThat(extraction.of(RgbImage.wrap(128, 128, rgb)).iou(truth)).isGreaterThan(0.995);
    }

    @Test
    void whitePrintsInsideAreGarment() {
        Silhouette truth = Pictures.box(128, 0.3, 0.4);
        byte[] rgb = Pictures.cloth(truth, new int[] {30, 80, 160}, 5, 0, 0, 0).rgb();
        for (int y = 40; y < 90; y++) {
            for (int x = 45; x < 80; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[(y * 128 + x) * 3 + c] = (byte) 255;
                }
            }
        }
        assertThat(extraction.of(RgbImage.wrap(128, 128, rgb)).iou(truth)).isGreaterThan(0.995);
    }

    @Test
    void nothingIsFoundOnWhiteAndAllOfADarkFrame() {
        byte[] white = new byte[64 * 64 * 3];
        Arrays.fill(white, (byte) 255);
        assertThat(extraction.of(RgbImage.wrap(64, 64, white)).area()).isZero();
        assertThat(extraction.of(RgbImage.wrap(64, 64, new byte[64 * 64 * 3])).area())
                .isEqualTo(64 * 64);
    }
}
