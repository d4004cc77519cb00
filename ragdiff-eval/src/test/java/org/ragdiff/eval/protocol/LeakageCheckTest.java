package org.ragdiff.eval.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.eval.protocol.LeakageCheck.Find;
import org.ragdiff.eval.protocol.LeakageCheck.Kind;

class LeakageCheckTest {
    private static final Path DATA = Path.of("..", "..", "shared", "data");

    private static PerceptualHash hash(long dct, long gradient) {
        return new PerceptualHash(dct, gradient);
    }

    @Test
    void findsLeaksAndDuplicatesOnce() {
        Map<String, PerceptualHash> train =
                Map.of("a", hash(0, 0), "b", hash(0b11, 0b1), "c", hash(-1, -1), "d", hash(-1, 0));
        Map<String, PerceptualHash> test =
                Map.of("x", hash(~0b111L, ~0L), "y", hash(0xff00, 0), "z", hash(0xff01, 0b111), "w", hash(0xf, 0xff));
        assertThat(LeakageCheck.defaults().run(train, test))
                .containsExactly(
                        new Find("test", Kind.DUPLICATE, "z", "y", 1, 3),
                        // "b" is nearer than "a".
                        new Find("test", Kind.LEAKED_FROM_TRAIN, "w", "b", 2, 7),
                        new Find("test", Kind.LEAKED_FROM_TRAIN, "x", "c", 3, 0),
                        new Find("train", Kind.DUPLICATE, "b", "a", 2, 1));
    }

    @Test
    void tableBeginsLikeThePublishedOne() throws IOException {
        String csv = LeakageCheck.toCsv(
                List.of(new Find("test", Kind.LEAKED_FROM_TRAIN, "07309_00.jpg", "a,b \"c\".jpg", 0, 2)));
        assertThat(csv)
                .isEqualTo("split,kind,filename,other,dctBits,gradientBits\n"
                        + "test,leaked_from_train,07309_00.jpg,\"a,b \"\"c\"\".jpg\",0,2\n");
        Path published = DATA.resolve("vitonhd-leaks.csv");
        Assumptions.assumeTrue(Files.exists(published), "skipped: " + published + " is not there");
        List<String> lines = Files.readAllLines(published);
        assertThat(csv).startsWith(lines.get(0) + ",");
        assertThat(lines).contains("test,leaked_from_train,07309_00.jpg");
    }

    @Test
    void refusesImpossibleBits() {
        assertThatThrownBy(() -> new LeakageCheck(65, 0)).hasMessageContaining("[0, 64]");
    }

    /** Copies as they occur, of real photos: smaller, brighter, or both. And how often others are taken for copies. */
    @Test
    void realPhotosAndTheirCopies() throws IOException {
        Path folder = DATA.resolve("photos160");
        Assumptions.assumeTrue(Files.isDirectory(folder), "skipped: " + folder + " is not there");
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().limit(400).toList();
        }
        Map<String, PerceptualHash> originals = new LinkedHashMap<>();
        List<PerceptualHash> copies = new ArrayList<>();
        for (Path f : files) {
            RgbImage photo = ImageFiles.read(f);
            originals.put(f.getFileName().toString(), PerceptualHash.of(photo));
            copies.add(PerceptualHash.of(copy(photo)));
        }
        LeakageCheck check = LeakageCheck.defaults();
        int found = 0;
        int i = 0;
        for (String name : originals.keySet()) {
            List<Find> finds = check.run(Map.of(name, originals.get(name)), Map.of("copy", copies.get(i++)));
            found += finds.isEmpty() ? 0 : 1;
        }
        int mistaken = check.run(originals, Map.of()).size();
        assertThat(found).as("copies found of " + files.size()).isGreaterThanOrEqualTo(396);
        assertThat(mistaken)
                .as("other photos taken for copies, of " + files.size())
                .isLessThanOrEqualTo(2);
    }

    /** Two thirds of the size, a tenth brighter. */
    private static RgbImage copy(RgbImage photo) {
        RgbImage small = Resize.rgb(photo, photo.width() * 2 / 3, photo.height() * 2 / 3, ResampleFilter.BILINEAR);
        byte[] rgb = small.rgb();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.min(255, Math.round((rgb[i] & 0xff) * 1.1f));
        }
        return RgbImage.wrap(small.width(), small.height(), rgb);
    }
}
