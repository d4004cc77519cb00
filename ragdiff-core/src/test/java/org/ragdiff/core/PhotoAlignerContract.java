package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link PhotoAligner} keeps. A subclass gives one and the side of the photos that it takes. */
public abstract class PhotoAlignerContract {
    private PhotoAligner aligner;
    private List<RgbImage> photos;

    /** A new aligner, closed by the test. */
    protected abstract PhotoAligner aligner();

    /** Side of photos that suit it. */
    protected abstract int side();

    @BeforeEach
    void open() {
        aligner = aligner();
        photos = new ArrayList<>();
        for (int n = 0; n < 11; n++) {
            SplittableRandom random = new SplittableRandom(n);
            byte[] rgb = new byte[3 * side() * side()];
            for (int i = 0; i < rgb.length; i++) {
                boolean garment = Math.abs(i / 3 % side() - side() / 2) < side() / 4;
                rgb[i] = (byte) (garment ? 40 + 15 * n : 200 + random.nextInt(20));
            }
            photos.add(RgbImage.wrap(side(), side(), rgb));
        }
    }

    @AfterEach
    void close() {
        aligner.close();
    }

    @Test
    void eachPhotoGivesOneOfItsSide() {
        assertThat(aligner.align(List.of())).isEmpty();
        List<AlignedPhoto> out = aligner.align(photos);
        assertThat(out).hasSameSizeAs(photos);
        for (AlignedPhoto a : out) {
            assertThat(a.side()).isEqualTo(side());
            for (float v : a.visibility()) {
                assertThat(v).isBetween(0f, 1f);
            }
            for (float v : a.coverage()) {
                assertThat(v).isBetween(0f, 1f);
            }
        }
    }

    /** What is not seen is white, whatever the photo has there. */
    @Test
    void whatIsNotSeenIsWhite() {
        for (AlignedPhoto a : aligner.align(photos)) {
            for (int i = 0; i < a.visibility().length; i++) {
                if (a.visibility()[i] == 0) {
                    for (int c = 0; c < 3; c++) {
                        assertThat(a.image().at(i % side(), i / side(), c)).isEqualTo(255);
                    }
                }
            }
        }
    }

    /** However many are aligned at once, and whoever asks at the same time. */
    @Test
    void aPhotoIsAlignedByItself() throws Exception {
        List<AlignedPhoto> together = aligner.align(photos);
        List<AlignedPhoto> alone = Concurrently.run(
                4, photos.size(), i -> aligner.align(List.of(photos.get(i))).get(0));
        for (int i = 0; i < photos.size(); i++) {
            for (int p = 0; p < alone.get(i).visibility().length; p++) {
                assertThat(Math.abs(
                                alone.get(i).visibility()[p] - together.get(i).visibility()[p]))
                        .isLessThan(1e-3f);
            }
        }
    }

    @Test
    void photosAreNotModified() {
        List<byte[]> before = photos.stream().map(RgbImage::rgb).toList();
        aligner.align(photos);
        for (int i = 0; i < before.size(); i++) {
            assertThat(photos.get(i).rgb()).isEqualTo(before.get(i));
        }
    }

    @Test
    void itIsKnownByItsFingerprint() {
        assertThat(aligner.fingerprint()).isNotBlank();
        try (PhotoAligner other = aligner()) {
            assertThat(other.fingerprint()).isEqualTo(aligner.fingerprint());
        }
    }

    @Test
    void photosThatAreNotSquareAreRefused() {
        RgbImage wide = RgbImage.wrap(side() + 1, side(), new byte[3 * (side() + 1) * side()]);
        assertThatThrownBy(() -> aligner.align(List.of(wide)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(side() + 1));
    }
}
