package org.ragdiff.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.Pictures;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

class LandmarkMaskTest {
    @TempDir
    Path directory;

    private static RgbImage rectangle(int width, int height, int ink, int paper) {
        byte[] rgb = new byte[width * height * 3];
        Arrays.fill(rgb, (byte) paper);
        for (int y = height / 4; y < 3 * height / 4; y++) {
            Arrays.fill(rgb, (y * width + width / 8) * 3, (y * width + 7 * width / 8) * 3, (byte) ink);
        }
        return RgbImage.wrap(width, height, rgb);
    }

    @Test
    void blackOnWhiteAndWhiteOnBlackAreTheSame() {
        Silhouette s = LandmarkMask.silhouette(rectangle(64, 64, 0, 255));
        assertThat(s.area()).isEqualTo(48 * 32);
        assertThat(s.at(32, 32)).isTrue();
        assertThat(LandmarkMask.silhouette(rectangle(64, 64, 250, 8))).isEqualTo(s);
    }

    @Test
    void anOblongPictureIsCentredInTheFrame() throws Exception {
        SignedDistanceField field =
                LandmarkMask.read(Pictures.write(directory.resolve("mask.png"), rectangle(128, 64, 0, 255)));
        assertThat(field.side()).isEqualTo(64);
        Silhouette s = field.toSilhouette();
        // 128 x 64 in a frame of 128, seen with 64 cells: columns 8 to 56, rows 24 to 40.
        assertThat(s.area()).isEqualTo(48 * 16);
        assertThat(s.at(8, 24)).isTrue();
        assertThat(s.at(7, 24)).isFalse();
        assertThat(s.at(8, 23)).isFalse();
        assertThat(s.at(55, 39)).isTrue();
    }

    @Test
    void aPlainPictureShowsNothing() {
        Path file = Pictures.write(directory.resolve("plain.png"), rectangle(64, 64, 255, 255));
        assertThatThrownBy(() -> LandmarkMask.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("shows no silhouette");
    }
}
