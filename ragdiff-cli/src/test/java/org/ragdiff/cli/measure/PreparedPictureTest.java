package org.ragdiff.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.eval.protocol.MeasurementProtocol;
import org.ragdiff.eval.protocol.PictureStep;
import org.ragdiff.eval.protocol.PictureStep.Samples;
import org.ragdiff.eval.protocol.Preparation;
import org.ragdiff.eval.protocol.Protocols;

class PreparedPictureTest {
    /** Red is the column, green the row, both modulo 256. */
    private static RgbImage ramp(int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++) {
            rgb[3 * i] = (byte) (i % width);
            rgb[3 * i + 1] = (byte) (i / width);
        }
        return RgbImage.wrap(width, height, rgb);
    }

    private static RgbImage constant(int width, int height, int red) {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) red;
        }
        return RgbImage.wrap(width, height, rgb);
    }

    @Test
    void floatsAreNotRoundedAndBytesAre() {
        RgbImage two = ramp(2, 1);
        PictureStep floats = new PictureStep.Resize(1, 1, ResampleFilter.BOX, Samples.FLOAT32);
        PictureStep bytes = new PictureStep.Resize(1, 1, ResampleFilter.BOX, Samples.UINT8);
        assertThat(PreparedPicture.of(Preparation.always(floats), two, 1).luma().plane(0)[0])
                .isCloseTo(0.299 * 0.5 / 255, within(1e-9));
        assertThat(PreparedPicture.of(Preparation.always(bytes), two, 1).luma().plane(0)[0])
                .isCloseTo(0.299 * 1 / 255, within(1e-9));
    }

    @Test
    void takesTheMiddleInBytesAndInFloats() {
        PictureStep crop = new PictureStep.CentreCrop(4, 2);
        PictureStep same = new PictureStep.Resize(9, 5, ResampleFilter.BILINEAR, Samples.FLOAT32);
        for (Preparation p : new Preparation[] {Preparation.always(crop), Preparation.always(same, crop)}) {
            RgbImage out = PreparedPicture.of(p, ramp(9, 5), 5).rounded();
            // (9 - 4) / 2 and (5 - 2) / 2 round to even.
            assertThat(new int[] {out.width(), out.height(), out.at(0, 0, 0), out.at(0, 0, 1)})
                    .containsExactly(4, 2, 2, 2);
        }
        assertThatThrownBy(
                        () -> PreparedPicture.of(Preparation.always(new PictureStep.CentreCrop(10, 5)), ramp(9, 5), 5))
                .hasMessageContaining("10x5 does not fit into a picture of 9x5");
    }

    @Test
    void followsTheSizesOfTryOffDiff() {
        MeasurementProtocol p = Protocols.named("tryoffdiff/2025");
        RgbImage square = PreparedPicture.of(p.result(), ramp(1024, 1024), 0).rounded();
        assertThat(new int[] {square.width(), square.height(), square.at(0, 0, 0), square.at(767, 1023, 0)})
                .containsExactly(768, 1024, 128, (128 + 767) % 256);
        RgbImage full = PreparedPicture.of(p.truth(), constant(384, 512, 77), 0).rounded();
        assertThat(new int[] {full.width(), full.height(), full.at(5, 5, 0)}).containsExactly(768, 1024, 77);
        assertThatThrownBy(() -> PreparedPicture.of(p.result(), ramp(100, 90), 0))
                .hasMessageContaining("pictures of 100x90 cannot be prepared");
    }

    @Test
    void resizesToTheResultsHeightInProportion() {
        MeasurementProtocol p = Protocols.named("cat-vton/2024");
        RgbImage truth = PreparedPicture.of(p.truth(), ramp(75, 100), 51).rounded();
        assertThat(new int[] {truth.width(), truth.height()}).containsExactly(38, 51);
    }

    /** Luma 0.299 · 10 and 0.299 · 90 are rounded to 3 and 27 before they are compared. */
    @Test
    void tryOffDiffsSsimOfConstantPictures() {
        MeasurementProtocol p = Protocols.named("tryoffdiff/2025");
        PreparedPicture a = PreparedPicture.of(p.result(), constant(768, 1024, 10), 0);
        PreparedPicture b = PreparedPicture.of(p.result(), constant(768, 1024, 90), 0);
        double c = 0.01 * 255 * 0.01 * 255;
        assertThat(OwnFigures.named(p, "ssim").orElseThrow().of(a, b))
                .isCloseTo((2 * 3 * 27 + c) / (3 * 3 + 27 * 27 + c), within(1e-9));
    }
}
