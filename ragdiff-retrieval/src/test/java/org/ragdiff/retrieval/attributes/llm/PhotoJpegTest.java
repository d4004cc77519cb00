package org.ragdiff.retrieval.attributes.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ImageLimits;

class PhotoJpegTest {
    private static RgbImage decode(byte[] jpeg) throws Exception {
        return ImageFiles.read(jpeg, "jpeg", ImageLimits.defaults());
    }

    @Test
    void smallPhotosKeepTheirSizeAndColours() throws Exception {
        byte[] rgb = new byte[3 * 40 * 20];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) 200;
            rgb[i + 1] = 100;
            rgb[i + 2] = 50;
        }
        RgbImage back = decode(PhotoJpeg.encode(new RgbImage(40, 20, rgb), PictureLimits.defaults()));
        assertThat(List.of(back.width(), back.height())).containsExactly(40, 20);
        // JPEG's error on a plain colour: a step or two of rounding.
        assertThat(Math.abs(back.at(20, 10, 0) - 200)).isLessThanOrEqualTo(4);
        assertThat(Math.abs(back.at(20, 10, 1) - 100)).isLessThanOrEqualTo(4);
        assertThat(Math.abs(back.at(20, 10, 2) - 50)).isLessThanOrEqualTo(4);
    }

    @Test
    void largeAndNarrowPhotosAreScaledDown() throws Exception {
        RgbImage back = decode(PhotoJpeg.encode(LlmFixture.photo(1, 3, 900), new PictureLimits(100, 1 << 20)));
        assertThat(List.of(back.width(), back.height())).containsExactly(1, 100);
    }

    /** Noise is what a JPEG can least shorten. */
    @Test
    void bytesAreBounded() throws Exception {
        RgbImage noise = LlmFixture.photo(1, 600, 600);
        for (int limit : List.of(4096, 20_000, 100_000)) {
            byte[] jpeg = PhotoJpeg.encode(noise, new PictureLimits(512, limit));
            assertThat(jpeg.length).isLessThanOrEqualTo(limit);
            decode(jpeg);
        }
    }

    @Test
    void theHashTellsPhotosApart() {
        byte[] rgb = new byte[3 * 12];
        assertThat(PhotoJpeg.hash(new RgbImage(3, 4, rgb)))
                .isEqualTo(PhotoJpeg.hash(new RgbImage(3, 4, rgb)))
                .isNotEqualTo(PhotoJpeg.hash(new RgbImage(4, 3, rgb)));
    }
}
