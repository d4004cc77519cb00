package org.ragdiff.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.data.dataset.DatasetOptions.KnownLeaks;
import org.ragdiff.data.dataset.DatasetOptions.Unreadable;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;

class VitonHdTest {
    @TempDir
    Path root;

    private DatasetOptions options;

    @BeforeEach
    void folder() throws IOException {
        options = DatasetOptions.of(root).withSide(40);
        List<String> train = new ArrayList<>();
        for (String name : List.of("90001_00", "90002_00", "90003_00")) {
            DatasetFolders.vitonHd(root, "train", name);
            train.add(name + ".jpg 90001_00.jpg");
        }
        train.add("90002_00.jpg 90003_00.jpg");
        Files.write(root.resolve("train_pairs.txt"), train);
        DatasetFolders.vitonHd(root, "test", "90007_00");
        DatasetFolders.vitonHd(root, "test", "02015_00");
        Files.writeString(root.resolve("test_pairs.txt"), "90007_00.jpg 02015_00.jpg\n02015_00.jpg 90007_00.jpg\n");
    }

    private Dataset open() throws IOException {
        return Datasets.open("viton-hd", options, DatasetFolders.DARK);
    }

    @Test
    void thePublishedListOfLeaksIsShipped() {
        assertThat(VitonHdLeaks.of("train")).hasSize(95).doesNotContainValue(LeftOut.Reason.LEAKED_FROM_TRAIN);
        Map<String, LeftOut.Reason> test = VitonHdLeaks.of("test");
        assertThat(test.values()).filteredOn(LeftOut.Reason.DUPLICATE::equals).hasSize(6);
        assertThat(test.values())
                .filteredOn(LeftOut.Reason.LEAKED_FROM_TRAIN::equals)
                .hasSize(36);
        assertThat(test).containsEntry("02015_00.jpg", LeftOut.Reason.DUPLICATE);
    }

    @Test
    void aPhotosGarmentIsTheFlatOfItsOwnName() throws IOException {
        Dataset train = open();
        assertThat(train.files()).extracting(PairFiles::id).containsExactly("90001_00", "90002_00", "90003_00");
        assertThat(train.files()).allSatisfy(f -> assertThat(f.flat().getFileName())
                .isEqualTo(f.photo().get().getFileName()));
        assertThat(train.leftOut()).extracting(LeftOut::reason).containsExactly(LeftOut.Reason.LISTED_TWICE);
        assertThat(train.name()).isEqualTo("viton-hd-train");
    }

    @Test
    void aPairIsInTheStandardFrameAndAroundTheGarment() throws IOException {
        GarmentPair pair = open().pairs(1).pair(0);
        assertThat(pair.standard().width()).isEqualTo(40);
        // A square of 20 pixels becomes 0.9 of the side, in the middle.
        Silhouette s = pair.silhouette();
        assertThat(Math.sqrt(s.area())).isCloseTo(StandardFrame.COVERAGE * 40, within(1.0));
        assertThat(s.at(20, 20)).isTrue();
        assertThat(pair.standard().at(20, 20, 2)).isGreaterThan(200);
        assertThat(pair.standard().at(20, 20, 0)).isLessThan(60);
        assertThat(pair.standard().at(0, 0, 0)).isEqualTo(255);
        // The photo's garment, 10 by 16 pixels, covers 0.8 of the square around it.
        Silhouette seen = pair.garmentInPhoto().orElseThrow();
        assertThat(seen.area()).isCloseTo((int) (0.8 * 40 * 0.5 * 40), within(120));
        assertThat(pair.wild().width()).isEqualTo(40);
        assertThat(pair.wild().height()).isEqualTo(40);
        assertThat(pair.wild().at(20, 20, 2)).isGreaterThan(180);
        assertThat(seen.at(20, 20)).isTrue();
    }

    @Test
    void knownLeaksGoUnlessAskedFor() throws IOException {
        options = options.withSplit(DatasetSplit.TEST);
        Dataset test = open();
        assertThat(test.files()).extracting(PairFiles::id).containsExactly("90007_00");
        assertThat(test.leftOut()).extracting(LeftOut::name).containsExactly("test/image/02015_00.jpg");
        options = options.withKnownLeaks(KnownLeaks.KEEP);
        assertThat(open().size()).isEqualTo(2);
    }

    @Test
    void aGroupOfTheTestIsNotTrainedOn() throws IOException {
        Files.writeString(root.resolve("test_pairs.txt"), "90003_00.jpg 90007_00.jpg\n");
        Dataset train = open();
        assertThat(train.files()).extracting(PairFiles::id).containsExactly("90001_00", "90002_00");
        assertThat(train.leftOut()).extracting(LeftOut::reason).contains(LeftOut.Reason.IN_BOTH_SPLITS);
    }

    @Test
    void everyTurnShowsEveryPairOnce() throws IOException {
        PairSource pairs = open().pairs(5);
        assertThat(pairs.garments()).isEqualTo(3);
        for (int turn = 0; turn < 4; turn++) {
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                ids.add(pairs.pair(3 * turn + i).id());
            }
            assertThat(ids).hasSize(3);
        }
        assertThat(pairs.fingerprint())
                .isEqualTo(open().pairs(5).fingerprint())
                .isNotEqualTo(open().pairs(6).fingerprint());
        assertThatThrownBy(() -> pairs.pair(-1)).hasMessageContaining("got -1");
    }

    @Test
    void withoutMasksTheGroundTellsTheGarment() throws IOException {
        GarmentPair before = open().pairs(1).pair(0);
        for (String folder : List.of("cloth-mask", "image-parse-v3")) {
            for (String name : List.of("90001_00", "90002_00", "90003_00")) {
                Files.delete(root.resolve("train")
                        .resolve(folder)
                        .resolve(name + (folder.startsWith("c") ? ".jpg" : ".png")));
            }
        }
        GarmentPair after = open().pairs(1).pair(0);
        assertThat(after.silhouette().iou(before.silhouette())).isGreaterThan(0.9);
        assertThat(after.garmentInPhoto()).isEmpty();
        assertThat(after.wild()).isNotEqualTo(before.wild());
    }

    @Test
    void aWrongLayoutShowsWhatIsExpectedAndFound() throws IOException {
        Files.move(root.resolve("train/cloth"), root.resolve("train/clothes"));
        assertThatThrownBy(this::open)
                .isInstanceOf(WrongLayoutException.class)
                .hasMessageContaining("viton-hd: train/cloth is missing")
                .hasMessageContaining("cloth/00001_00.jpg          their garments")
                .hasMessageContaining("Found:")
                .hasMessageContaining("clothes/")
                .hasMessageContaining("test_pairs.txt");
        options = DatasetOptions.of(root.resolve("none"));
        assertThatThrownBy(this::open).hasMessageContaining("there is no " + root.resolve("none"));
        Files.writeString(root.resolve("train_pairs.txt"), "../90001_00.jpg 90001_00.jpg\n");
        options = DatasetOptions.of(root);
        Files.move(root.resolve("train/clothes"), root.resolve("train/cloth"));
        assertThatThrownBy(this::open).hasMessageContaining("train_pairs.txt: line 1 is \"../90001");
    }

    @Test
    void whatCannotBeReadIsRefusedOrLeftOutWithItsName() throws IOException {
        Path broken = root.resolve("train/image/90002_00.jpg");
        Files.write(broken, new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0});
        PairSource pairs = open().pairs(1);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 3; i++) {
                        pairs.pair(i);
                    }
                })
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(broken.toString());
        Files.delete(root.resolve("train/cloth/90003_00.jpg"));
        assertThatThrownBy(this::open)
                .hasMessageContaining("lacks files of 1 pairs")
                .hasMessageContaining("there is no " + root.resolve("train/cloth/90003_00.jpg"));
        options = options.withUnreadable(Unreadable.SKIP);
        Dataset rest = open();
        assertThat(rest.files()).extracting(PairFiles::id).containsExactly("90001_00");
        assertThat(rest.leftOut())
                .filteredOn(l -> l.reason() == LeftOut.Reason.UNREADABLE)
                .singleElement()
                .satisfies(l -> assertThat(l.detail()).contains(broken.toString()));
        Files.delete(root.resolve("train/image/90001_00.jpg"));
        assertThatThrownBy(this::open).hasMessageContaining("has no pairs for the split train of viton-hd");
    }

    @Test
    void aMaskOfAnotherSizeIsNamed() throws IOException {
        Path mask = root.resolve("train/cloth-mask/90001_00.jpg");
        Files.copy(root.resolve("train/cloth-mask/90001_00.jpg"), root.resolve("kept.jpg"));
        DatasetFolders.png(root.resolve("small.png"), org.ragdiff.core.RgbImage.wrap(8, 8, new byte[192]));
        Files.delete(mask);
        Files.move(root.resolve("small.png"), mask);
        Dataset set = open();
        assertThatThrownBy(() -> set.get(0))
                .hasMessageContaining(mask + ": is 8x8, its picture")
                .hasMessageContaining("30x40");
    }
}
