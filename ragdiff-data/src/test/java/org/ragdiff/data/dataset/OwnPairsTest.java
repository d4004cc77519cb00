package org.ragdiff.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.data.dataset.DatasetOptions.Unreadable;

class OwnPairsTest {
    @TempDir
    Path root;

    private void pair(String photo, String flat) throws IOException {
        DatasetFolders.picture(root.resolve(photo), Color.GRAY, Color.RED, 5, 5, 20, 30);
        DatasetFolders.picture(root.resolve(flat), Color.WHITE, Color.RED, 5, 10, 20, 20);
    }

    private Path table(String... lines) throws IOException {
        return Files.writeString(root.resolve("pairs.csv"), String.join("\n", lines) + "\n");
    }

    private Dataset open(Path at, DatasetSplit split) throws IOException {
        return Datasets.open("pairs", DatasetOptions.of(at).withSide(32).withSplit(split), DatasetFolders.DARK);
    }

    @Test
    void aTableNeedsOnlyPhotosAndFlats() throws IOException {
        pair("a.jpg", "in/a.png");
        pair("b.jpg", "in/b.png");
        Path table = table("standard,wild", "in/a.png,a.jpg", "in/b.png,b.jpg");
        Dataset all = open(table, DatasetSplit.ALL);
        assertThat(all.files()).extracting(PairFiles::id).containsExactly("in-a", "in-b");
        assertThat(all.files()).extracting(PairFiles::group).containsExactly("in-a", "in-b");
        assertThat(all.pairs(1).pair(0).wild().width()).isEqualTo(32);
        assertThat(all.get(1).silhouette().area()).isBetween(27 * 27, 30 * 30);
        assertThat(open(root, DatasetSplit.ALL).fingerprint()).isNotEqualTo("");
    }

    @Test
    void allColumnsAreTaken() throws IOException {
        pair("a.jpg", "a.png");
        DatasetFolders.picture(root.resolve("mask.png"), Color.BLACK, Color.WHITE, 5, 10, 20, 10);
        Path table = table(
                "wild,standard,mask,category,sleeve,id,group,split,hiddenShare",
                "a.jpg,a.png,mask.png,Dress,none,g,owner,test,0.25",
                "a.jpg,a.png,,,,h,other,train,");
        Dataset test = open(table, DatasetSplit.TEST);
        PairFiles f = test.files().get(0);
        assertThat(f.id()).isEqualTo("g");
        assertThat(f.group()).isEqualTo("owner");
        assertThat(f.attributes().category()).isEqualTo(GarmentAttributes.Category.DRESS);
        assertThat(f.attributes().sleeve()).isEqualTo(GarmentAttributes.Sleeve.NONE);
        assertThat(test.pairs(0).pair(0).hiddenShare()).isEqualTo(0.25);
        assertThat(test.get(0).silhouette().area()).isBetween(28 * 13, 30 * 16);
        assertThat(open(table, DatasetSplit.TRAIN).files())
                .extracting(PairFiles::id)
                .containsExactly("h");
    }

    @Test
    void noGroupIsOnBothSides() throws IOException {
        pair("a.jpg", "a.png");
        Path table = table("wild,standard,id,group,split", "a.jpg,a.png,a,x,train", "a.jpg,a.png,b,x,test");
        assertThatThrownBy(() -> open(table, DatasetSplit.TRAIN))
                .hasMessageContaining("line 3: group x is in training and test");
        List<String> lines = new ArrayList<>(List.of("wild,standard,id,group"));
        for (int i = 0; i < 90; i++) {
            lines.add("a.jpg,a.png,g" + i + ",owner" + i / 3);
        }
        Path large = table(lines.toArray(String[]::new));
        Set<String> train = groups(open(large, DatasetSplit.TRAIN));
        Set<String> test = groups(open(large, DatasetSplit.TEST));
        assertThat(train).isNotEmpty().doesNotContainAnyElementsOf(test);
        assertThat(train.size() + test.size()).isEqualTo(30);
        Dataset all = open(large, DatasetSplit.ALL);
        assertThat(groups(all.training())).isEqualTo(train);
        assertThat(groups(all.heldOut())).isEqualTo(test);
        assertThat(all.training().size() + all.heldOut().size()).isEqualTo(90);
    }

    private static Set<String> groups(Dataset set) {
        Set<String> out = new HashSet<>();
        set.files().forEach(f -> out.add(f.group()));
        return out;
    }

    @Test
    void foldersOfOneNameArePairs() throws IOException {
        pair("photos/shirt.jpg", "flats/shirt.png");
        pair("photos/skirt.jpg", "flats/skirt.jpg");
        DatasetFolders.picture(root.resolve("masks/skirt.png"), Color.BLACK, Color.WHITE, 5, 10, 20, 10);
        Dataset all = open(root, DatasetSplit.ALL);
        assertThat(all.files()).extracting(PairFiles::id).containsExactly("shirt", "skirt");
        assertThat(all.get(0).silhouette().area()).isGreaterThan(27 * 27);
        assertThat(all.get(1).silhouette().area()).isLessThan(30 * 16);
        assertThat(open(root, DatasetSplit.ALL).fingerprint()).isEqualTo(all.fingerprint());
        DatasetFolders.picture(root.resolve("photos/lonely.jpg"), Color.GRAY, Color.RED, 5, 5, 20, 30);
        assertThatThrownBy(() -> open(root, DatasetSplit.ALL)).hasMessageContaining("lonely.jpg: no flat of this name");
        Dataset rest = Datasets.open(
                "pairs",
                DatasetOptions.of(root).withSplit(DatasetSplit.ALL).withUnreadable(Unreadable.SKIP),
                DatasetFolders.DARK);
        assertThat(rest.size()).isEqualTo(2);
        assertThat(rest.fingerprint()).isNotEqualTo(all.fingerprint());
    }

    @Test
    void aGarmentOfManyPhotosIsOneOfTheStore() throws IOException {
        pair("a.jpg", "a.png");
        Dataset all =
                open(table("wild,standard,id", "a.jpg,a.png,x", "a.jpg,a.png,y", "a.jpg,a.png,x"), DatasetSplit.ALL);
        assertThat(all.pairs(0).garments()).isEqualTo(3);
        assertThat(all.size()).isEqualTo(2);
        assertThat(all.id(1)).isEqualTo("y");
    }

    @Test
    void badTablesNameWhatIsWrong() throws IOException {
        pair("a.jpg", "a.png");
        assertBad("the first line must be wild,standard and any of", "wild,flat", "a.jpg,a.png");
        assertBad("line 2: wild \"no.jpg\" is no file", "wild,standard", "no.jpg,a.png");
        assertBad("line 2: standard is empty", "wild,standard", "a.jpg,");
        assertBad("line 2: split is \"both\", expected train or test", "wild,standard,split", "a.jpg,a.png,both");
        assertBad("line 2: category is \"sofa\"", "wild,standard,category", "a.jpg,a.png,sofa");
        assertBad("line 2: it has 1 fields, expected 2", "wild,standard", "a.jpg");
        assertThatThrownBy(() -> open(root.resolve("none"), DatasetSplit.ALL))
                .isInstanceOf(WrongLayoutException.class)
                .hasMessageContaining("photos/NAME.jpg");
    }

    private void assertBad(String words, String... lines) throws IOException {
        Path table = table(lines);
        assertThatThrownBy(() -> open(table, DatasetSplit.ALL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(words);
    }

    @Test
    void flatsAloneHaveNoPhotos() throws IOException {
        DatasetFolders.picture(root.resolve("f/a.png"), Color.WHITE, Color.RED, 5, 10, 20, 20);
        DatasetFolders.picture(root.resolve("f/b.jpg"), Color.WHITE, Color.RED, 5, 10, 20, 20);
        DatasetFolders.picture(root.resolve("f/b.png"), Color.WHITE, Color.RED, 5, 10, 20, 20);
        DatasetOptions options =
                DatasetOptions.of(root.resolve("f")).withSplit(DatasetSplit.ALL).withSide(32);
        Dataset flats = Datasets.open("flats", options, DatasetFolders.DARK);
        assertThat(flats.size()).isEqualTo(2);
        assertThat(flats.hasPhotos()).isFalse();
        assertThat(flats.leftOut()).extracting(LeftOut::reason).containsExactly(LeftOut.Reason.LISTED_TWICE);
        assertThatThrownBy(() -> flats.pairs(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no photos");
        DatasetFolders.picture(root.resolve("white/a.png"), Color.WHITE, Color.WHITE, 0, 0, 1, 1);
        Dataset white = Datasets.open(
                "flats", DatasetOptions.of(root.resolve("white")).withSplit(DatasetSplit.ALL), DatasetFolders.DARK);
        assertThatThrownBy(() -> white.get(0)).hasMessageContaining("a.png: shows no garment");
        assertThatThrownBy(() -> Datasets.open("flats", DatasetOptions.of(root.resolve("none")), DatasetFolders.DARK))
                .hasMessageContaining("there are no pictures");
    }

    @Test
    void kindsAreNamed() {
        assertThat(Datasets.kinds()).containsExactly("dress-code", "flats", "pairs", "viton-hd");
        assertThatThrownBy(() -> Datasets.byKind("viton"))
                .hasMessageContaining("viton")
                .hasMessageContaining("viton-hd");
        assertThat(Datasets.kinds())
                .allSatisfy(k -> assertThat(Datasets.byKind(k).layout().lines()).hasSizeGreaterThan(1));
    }
}
