package org.ragdiff.cli.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.Pictures;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.Silhouette;
import org.ragdiff.data.pairs.StandardGarment;

class FlatGarmentsTest {
    @TempDir
    Path directory;

    private static RgbImage rectangle(int width, int height, int left, int top, int w, int h) {
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) 255);
        for (int y = top; y < top + h; y++) {
            for (int x = left; x < left + w; x++) {
                rgb[3 * (y * width + x)] = 20;
                rgb[3 * (y * width + x) + 1] = 60;
                rgb[3 * (y * width + x) + 2] = (byte) 160;
            }
        }
        return RgbImage.wrap(width, height, rgb);
    }

    @Test
    void theGarmentIsLaidIntoTheStandardFrame() throws Exception {
        Pictures.write(directory.resolve("a.png"), rectangle(300, 200, 10, 40, 90, 144));
        FlatGarments garments = FlatGarments.read(directory, 100, n -> {});
        assertThat(garments.size()).isEqualTo(1);
        assertThat(garments.id(0)).isEqualTo("a");
        StandardGarment g = garments.get(0);
        // 144 pixels become nine tenths of 100; the other side keeps the proportion; both are centred.
        int[] box = {100, 100, 0, 0};
        for (int i = 0; i < 10_000; i++) {
            if (g.silhouette().at(i % 100, i / 100)) {
                box[0] = Math.min(box[0], i % 100);
                box[1] = Math.min(box[1], i / 100);
                box[2] = Math.max(box[2], i % 100 + 1);
                box[3] = Math.max(box[3], i / 100 + 1);
            }
        }
        assertThat(box[3] - box[1]).isBetween(89, 91);
        assertThat(box[2] - box[0]).isBetween(55, 58);
        assertThat(Math.abs(box[0] + box[2] - 100)).isLessThanOrEqualTo(2);
        assertThat(Math.abs(box[1] + box[3] - 100)).isLessThanOrEqualTo(2);
        assertThat(g.standard().at(50, 50, 2)).isBetween(155, 165);
        assertThat(g.standard().at(2, 2, 0)).isEqualTo(255);
    }

    @Test
    void idsAreUniqueAndTheContentsCount() throws Exception {
        Pictures.write(directory.resolve("a.png"), rectangle(100, 100, 30, 30, 40, 40));
        Pictures.write(directory.resolve("a.jpg"), rectangle(100, 100, 30, 20, 40, 60));
        FlatGarments both = FlatGarments.read(directory, 64, n -> {});
        assertThat(both.id(0)).isEqualTo("a");
        assertThat(both.id(1)).isEqualTo("a.png");
        Files.delete(directory.resolve("a.jpg"));
        FlatGarments one = FlatGarments.read(directory, 64, n -> {});
        assertThat(one.fingerprint()).isNotEqualTo(both.fingerprint());
        assertThat(FlatGarments.read(directory, 64, n -> {}).fingerprint()).isEqualTo(one.fingerprint());
    }

    @Test
    void productPicturesAllWork() throws Exception {
        FlatGarments flats = FlatGarments.read(SharedFiles.require("data/flats"), 128, n -> {});
        assertThat(flats.leftOut()).isEmpty();
        assertThat(flats.size()).isEqualTo(29);
        for (int i = 0; i < flats.size(); i++) {
            Silhouette s = flats.get(i).silhouette();
            assertThat(s.area() / (128.0 * 128)).as(flats.id(i)).isBetween(0.2, 0.81);
        }
    }
}
