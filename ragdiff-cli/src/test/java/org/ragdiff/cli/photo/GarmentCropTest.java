package org.ragdiff.cli.photo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.cli.Pictures;
import org.ragdiff.core.RgbImage;

class GarmentCropTest {
    private final GarmentCrop crop = new GarmentCrop();

    @ParameterizedTest
    @CsvSource({"400, 300, 60, 40, 210, 230", "300, 400, 60, 100, 200, 230", "320, 320, 12, 90, 220, 200"})
    void theGarmentFillsFourFifthsOfTheSquare(int width, int height, int left, int top, int w, int h) {
        GarmentCrop.Box box =
                crop.find(Pictures.garment(width, height, left, top, w, h)).orElseThrow();
        double side = Math.max(w, h) / 0.8;
        // The mask's outline lies within a pixel of the working size, 160.
        double pixel = Math.max(width, height) / 160.0;
        assertThat((double) box.width()).isBetween(side - 3 * pixel, side + 3 * pixel);
        assertThat((double) box.height()).isBetween(side - 3 * pixel, side + 3 * pixel);
        double centreX = Math.max(side / 2, Math.min(width - side / 2, left + w / 2.0));
        double centreY = Math.max(side / 2, Math.min(height - side / 2, top + h / 2.0));
        assertThat(Math.abs(box.left() + box.width() / 2.0 - centreX)).isLessThan(3 * pixel);
        assertThat(Math.abs(box.top() + box.height() / 2.0 - centreY)).isLessThan(3 * pixel);
        assertThat(box.maskConfidence()).isBetween(0.5, 1.0);
    }

    @Test
    void aGarmentThatFillsThePhotoKeepsItsEdges() {
        RgbImage photo = Pictures.garment(300, 240, 20, 15, 250, 205);
        crop.find(photo).ifPresent(box -> {
            assertThat(box.left()).isZero();
            assertThat(box.width()).isEqualTo(300);
            assertThat(box.top()).isZero();
            assertThat(box.height()).isEqualTo(240);
        });
    }

    @Test
    void withoutAGarmentThereIsNoCrop() {
        assertThat(crop.find(Pictures.garment(200, 150, 0, 0, 0, 0))).isEmpty();
        assertThat(crop.find(RgbImage.wrap(1, 1, new byte[3]))).isEmpty();
    }

    @Test
    void theCutIsThePartOfThePhoto() {
        RgbImage photo = Pictures.garment(40, 30, 5, 5, 20, 20);
        RgbImage part = GarmentCrop.cut(photo, new GarmentCrop.Box(7, 3, 11, 9, 1));
        assertThat(part.width()).isEqualTo(11);
        assertThat(part.height()).isEqualTo(9);
        for (int i = 0; i < 99; i++) {
            for (int c = 0; c < 3; c++) {
                assertThat(part.at(i % 11, i / 11, c)).isEqualTo(photo.at(7 + i % 11, 3 + i / 11, c));
            }
        }
    }
}
