package org.ragdiff.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.data.pairs.GarmentPair;

class DressCodeTest {
    @TempDir
    Path root;

    @BeforeEach
    void folder() throws IOException {
        DatasetFolders.dressCode(root, "upper_body", "000001", 4);
        DatasetFolders.dressCode(root, "upper_body", "000002", 4);
        DatasetFolders.dressCode(root, "lower_body", "000003", 5);
        DatasetFolders.dressCode(root, "dresses", "000004", 7);
        DatasetFolders.dressCode(root, "dresses", "000005", 7);
    }

    private void listsOfKinds() throws IOException {
        Files.writeString(root.resolve("upper_body/train_pairs.txt"), "000001_0.jpg\t000001_1.jpg\n");
        Files.writeString(root.resolve("upper_body/test_pairs_paired.txt"), "000002_0.jpg\t000002_1.jpg\n");
        Files.writeString(root.resolve("lower_body/train_pairs.txt"), "000003_0.jpg\t000003_1.jpg\n");
        Files.writeString(root.resolve("lower_body/test_pairs_paired.txt"), "");
        Files.writeString(root.resolve("dresses/train_pairs.txt"), "000004_0.jpg\t000004_1.jpg\n");
        Files.writeString(root.resolve("dresses/test_pairs_paired.txt"), "000005_0.jpg\t000005_1.jpg\n");
    }

    private Dataset open(DatasetSplit split) throws IOException {
        return Datasets.open("dress-code", DatasetOptions.of(root).withSide(40).withSplit(split), DatasetFolders.DARK);
    }

    private void assertBothSplits() throws IOException {
        assertThat(open(DatasetSplit.TRAIN).files())
                .extracting(PairFiles::id)
                .containsExactly("upper_body-000001", "lower_body-000003", "dresses-000004");
        assertThat(open(DatasetSplit.TEST).files())
                .extracting(PairFiles::id)
                .containsExactly("upper_body-000002", "dresses-000005");
        assertThat(open(DatasetSplit.ALL).size()).isEqualTo(5);
    }

    @Test
    void listsOfEachKindAreRead() throws IOException {
        listsOfKinds();
        assertBothSplits();
    }

    @Test
    void commonListsWithTheKindsNumberAreRead() throws IOException {
        Files.writeString(
                root.resolve("train_pairs.txt"),
                "000004_0.jpg\t000004_1.jpg\t2\n000001_0.jpg\t000001_1.jpg\t0\n000003_0.jpg\t000003_1.jpg\t1\n");
        Files.writeString(
                root.resolve("test_pairs_paired.txt"),
                "000002_0.jpg\t000002_1.jpg\t0\n000005_0.jpg\t000005_1.jpg\t2\n");
        assertBothSplits();
        Files.writeString(root.resolve("train_pairs.txt"), "000004_0.jpg\t000004_1.jpg\n");
        assertThatThrownBy(() -> open(DatasetSplit.TRAIN)).hasMessageContaining("line 1 has no third column");
    }

    @Test
    void photosFlatsAndClassesBelongTogether() throws IOException {
        listsOfKinds();
        Dataset train = open(DatasetSplit.TRAIN);
        PairFiles dress = train.files().get(2);
        assertThat(dress.photo()).contains(root.resolve("dresses/images/000004_0.jpg"));
        assertThat(dress.flat()).isEqualTo(root.resolve("dresses/images/000004_1.jpg"));
        assertThat(dress.attributes().category()).isEqualTo(GarmentAttributes.Category.DRESS);
        for (int i = 0; i < 3; i++) {
            GarmentPair pair = train.pairs(1).pair(i);
            assertThat(pair.garmentInPhoto()).as(pair.id()).isPresent();
            // Of 10 by 30 pixels.
            assertThat(pair.silhouette().area()).isBetween(36 * 11, 36 * 13);
        }
    }

    @Test
    void aMaskOfTheFlatIsUsed() throws IOException {
        listsOfKinds();
        DatasetFolders.picture(
                root.resolve("dresses/masks/000004_1.png"), java.awt.Color.BLACK, java.awt.Color.WHITE, 10, 5, 10, 10);
        assertThat(open(DatasetSplit.TRAIN).get(2).silhouette().area()).isBetween(35 * 35, 37 * 37);
    }

    @Test
    void aPairOfBothSplitsIsOfTheTest() throws IOException {
        listsOfKinds();
        Files.writeString(
                root.resolve("dresses/train_pairs.txt"), "000004_0.jpg\t000004_1.jpg\n000005_0.jpg\t000005_1.jpg\n");
        Dataset train = open(DatasetSplit.TRAIN);
        assertThat(train.files()).extracting(PairFiles::id).doesNotContain("dresses-000005");
        assertThat(train.leftOut()).extracting(LeftOut::name).containsExactly("dresses/images/000005_0.jpg");
    }

    @Test
    void aWrongLayoutShowsWhatIsExpected() throws IOException {
        assertThatThrownBy(() -> open(DatasetSplit.TRAIN))
                .isInstanceOf(WrongLayoutException.class)
                .hasMessageContaining("upper_body/train_pairs.txt is missing")
                .hasMessageContaining("test_pairs_paired.txt")
                .hasMessageContaining("images/");
        Files.move(root.resolve("dresses/images"), root.resolve("dresses/image"));
        listsOfKinds();
        assertThatThrownBy(() -> open(DatasetSplit.TRAIN)).hasMessageContaining("dresses/images is missing");
        assertThatThrownBy(() ->
                        Datasets.open("dress-code", DatasetOptions.of(root.resolve("dresses")), DatasetFolders.DARK))
                .hasMessageContaining("upper_body, lower_body and dresses are missing");
    }
}
