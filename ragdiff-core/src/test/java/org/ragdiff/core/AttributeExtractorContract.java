package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What every {@link AttributeExtractor} must do. */
public abstract class AttributeExtractorContract {
    /** An extractor; the subclass closes what it stands on. */
    protected abstract AttributeExtractor extractor() throws Exception;

    private static RgbImage noise(long seed, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new SplittableRandom(seed).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    /** Of many shapes, a single pixel among them. */
    private static List<RgbImage> photos() {
        return List.of(noise(1, 40, 40), noise(2, 90, 30), noise(3, 17, 61), noise(4, 1, 1), noise(5, 128, 128));
    }

    @Test
    void oneAnswerForEachPhoto() throws Exception {
        assertThat(extractor().extract(photos())).hasSize(5).doesNotContainNull();
        assertThat(extractor().extract(List.of())).isEmpty();
    }

    @Test
    void answersAreRepeatableAndDoNotDependOnTheOtherPhotos() throws Exception {
        AttributeExtractor extractor = extractor();
        List<GarmentAttributes> together = extractor.extract(photos());
        assertThat(extractor.extract(photos())).isEqualTo(together);
        for (int i = 0; i < 5; i++) {
            assertThat(extractor.extract(photos().subList(i, i + 1))).containsExactly(together.get(i));
        }
    }

    @Test
    void photosAreNotModified() throws Exception {
        List<RgbImage> photos = photos();
        extractor().extract(photos);
        assertThat(photos).isEqualTo(photos());
    }

    @Test
    void threadsGetWhatOneThreadGets() throws Exception {
        AttributeExtractor extractor = extractor();
        List<List<GarmentAttributes>> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            expected.add(extractor.extract(photos().subList(i, 5)));
        }
        List<List<GarmentAttributes>> found =
                Concurrently.run(4, 20, i -> extractor.extract(photos().subList(i % 5, 5)));
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).isEqualTo(expected.get(i % 5));
        }
    }
}
