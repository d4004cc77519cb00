package org.ragdiff.data.photo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;

import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.data.opencv.MatImages;

/** Rectangles of one colour before another: where and what they become is a closed form. */
class StandardCutoutTest {
    private static final int WIDTH = 150;
    private static final int HEIGHT = 120;
    private static final int[] CLOTH = {60, 110, 30};
    private static final int[] FLOOR = {200, 20, 220};

    private static StandardCutout.Framed frame(int left, int top, int w, int h, int side) {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        byte[] inside = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < inside.length; i++) {
            int x = i % WIDTH - left;
            int y = i / WIDTH - top;
            inside[i] = (byte) (x >= 0 && x < w && y >= 0 && y < h ? 1 : 0);
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) (inside[i] == 1 ? CLOTH[c] : FLOOR[c]);
            }
        }
        try (Mat photo = MatImages.toMat(RgbImage.wrap(WIDTH, HEIGHT, rgb));
                Mat mask = new Mat(HEIGHT, WIDTH, CV_8UC1)) {
            mask.data().put(inside, 0, inside.length);
            return StandardCutout.frame(photo, mask, side);
        }
    }

    private static Silhouette rectangle(double w, double h, int side) {
        boolean[] inside = new boolean[side * side];
        for (int i = 0; i < inside.length; i++) {
            double x = i % side + 0.5 - side / 2.0;
            double y = i / side + 0.5 - side / 2.0;
            inside[i] = Math.abs(x) < w / 2 && Math.abs(y) < h / 2;
        }
        return new Silhouette(side, side, inside);
    }

    /** Enlarged, about as large, reduced; anywhere in the photo. */
    @ParameterizedTest
    @CsvSource({"10, 10, 40, 60, 160", "70, 30, 60, 80, 96", "20, 15, 110, 70, 64", "60, 20, 25, 90, 33"})
    void aRectangleIsCentredAndCoversItsShare(int left, int top, int w, int h, int side) {
        double scale = StandardFrame.COVERAGE * side / Math.max(w, h);
        Silhouette s = frame(left, top, w, h, side).silhouette();
        assertThat(s.iou(rectangle(w * scale, h * scale, side))).isGreaterThan(side < 40 ? 0.9 : 0.95);
    }

    @ParameterizedTest
    @CsvSource({"10, 10, 40, 60, 160", "20, 15, 110, 70, 64"})
    void theOutsideIsPureWhite(int left, int top, int w, int h, int side) {
        double scale = StandardFrame.COVERAGE * side / Math.max(w, h);
        RgbImage standard = frame(left, top, w, h, side).standard();
        double ramp = 2 + 1.5 * scale;
        Silhouette near = rectangle(w * scale + 2 * ramp, h * scale + 2 * ramp, side);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                for (int c = 0; c < 3 && !near.at(x, y); c++) {
                    assertThat(standard.at(x, y, c)).as("(%d, %d)", x, y).isEqualTo(255);
                }
            }
        }
    }

    /** Every pixel lies on the line from the cloth's colour to white: nothing of the floor is left. */
    @Test
    void noFringeOfTheBackgroundIsLeft() {
        RgbImage standard = frame(40, 20, 50, 70, 128).standard();
        for (int y = 0; y < 128; y++) {
            for (int x = 0; x < 128; x++) {
                double white = (standard.at(x, y, 2) - CLOTH[2]) / (255.0 - CLOTH[2]);
                for (int c = 0; c < 2; c++) {
                    assertThat((double) standard.at(x, y, c))
                            .as("(%d, %d)", x, y)
                            .isEqualTo(CLOTH[c] + white * (255 - CLOTH[c]), within(1.5));
                }
            }
        }
        assertThat(standard.at(64, 64, 0)).isEqualTo(CLOTH[0]);
    }

    /** The silhouette is where the image is at least half cloth. */
    @Test
    void silhouetteAndImageAgree() {
        StandardCutout.Framed f = frame(40, 20, 50, 70, 128);
        for (int y = 0; y < 128; y++) {
            for (int x = 0; x < 128; x++) {
                double white = (f.standard().at(x, y, 2) - CLOTH[2]) / (255.0 - CLOTH[2]);
                assertThat(f.silhouette().at(x, y)).isEqualTo(white < 0.5);
            }
        }
    }
}
