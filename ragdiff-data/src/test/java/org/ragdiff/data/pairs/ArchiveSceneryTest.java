package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.wild.WildScenery.OtherGarment;

/** Backgrounds of one grey each tell whose they are. */
class ArchiveSceneryTest {
    private static final int SIDE = 32;
    private static final int DRAWS = 200;

    @TempDir
    Path folder;

    private final Squares squares = new Squares(9, SIDE);
    private GarmentArchive archive;

    @BeforeEach
    void write() throws IOException {
        List<GarmentArchiveWriter.Entry> entries = new ArrayList<>();
        for (int i = 0; i < squares.size(); i++) {
            byte[] grey = new byte[3 * SIDE * SIDE];
            Arrays.fill(grey, (byte) (10 + 20 * i));
            entries.add(new GarmentArchiveWriter.Entry(squares.get(i), RgbImage.wrap(SIDE, SIDE, grey), 1));
        }
        GarmentArchiveWriter.write(folder.resolve("a.bin"), "key", SIDE, entries);
        archive = GarmentArchive.open(folder.resolve("a.bin")).orElseThrow();
    }

    /** Numbers of the photos whose background or garment was seen. */
    private Set<Integer> seen(ArchiveScenery scenery, String excluded) {
        SplittableRandom random = new SplittableRandom(2);
        Set<Integer> out = new HashSet<>();
        for (int i = 0; i < DRAWS; i++) {
            RgbImage b = scenery.background(SIDE, random, excluded);
            if (plain(b)) {
                out.add((b.at(0, 0, 0) - 10) / 20);
            }
            OtherGarment other = scenery.otherGarment(random, excluded).orElseThrow();
            for (int k = 0; k < squares.size(); k++) {
                if (squares.get(k).standard().equals(other.standard())) {
                    out.add(k);
                }
            }
        }
        return out;
    }

    private static boolean plain(RgbImage image) {
        byte[] rgb = image.rgbUnsafe();
        for (byte b : rgb) {
            if (b != rgb[0]) {
                return false;
            }
        }
        return true;
    }

    @Test
    void nothingOfTheExcludedGroupIsUsed() {
        ArchiveScenery scenery = new ArchiveScenery(archive);
        assertThat(seen(scenery, "squares-1")).containsExactlyInAnyOrder(0, 1, 2, 6, 7, 8);
        assertThat(seen(scenery, "nobody")).hasSize(9);
    }

    @Test
    void onlyTheSubsetIsUsed() {
        GarmentSubset subset = GarmentSubset.where(archive, "first six", i -> i < 6);
        assertThat(seen(new ArchiveScenery(archive, subset), "squares-0")).containsExactlyInAnyOrder(3, 4, 5);
    }

    @Test
    void whereAllIsExcludedBackgroundsAreMade() {
        GarmentSubset subset = GarmentSubset.where(archive, "first three", i -> i < 3);
        ArchiveScenery scenery = new ArchiveScenery(archive, subset);
        SplittableRandom random = new SplittableRandom(4);
        assertThat(scenery.otherGarment(random, "squares-0")).isEmpty();
        for (int i = 0; i < 20; i++) {
            RgbImage b = scenery.background(48, random, "squares-0");
            assertThat(b.width()).isEqualTo(48);
        }
    }
}
