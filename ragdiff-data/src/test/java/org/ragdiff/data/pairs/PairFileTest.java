package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;

class PairFileTest {
    private static final String HEADER =
            "wild,standard,silhouette,category,sleeve,neckline,length,closure,fit,id,group," + "hiddenShare\n";

    @TempDir
    Path folder;

    @BeforeEach
    void pictures() throws IOException {
        Files.createDirectories(folder.resolve("a, b"));
        ImageFiles.writePng(folder.resolve("a, b/wild.png"), flat(20, 12, 90), Map.of());
        ImageFiles.writePng(folder.resolve("standard.png"), flat(16, 16, 200), Map.of());
        ImageFiles.writePng(folder.resolve("narrow.png"), flat(16, 12, 200), Map.of());
        byte[] half = new byte[16 * 16 * 3];
        Arrays.fill(half, 0, half.length / 2, (byte) 255);
        ImageFiles.writePng(folder.resolve("silhouette.png"), RgbImage.wrap(16, 16, half), Map.of());
    }

    private static RgbImage flat(int w, int h, int grey) {
        byte[] rgb = new byte[w * h * 3];
        Arrays.fill(rgb, (byte) grey);
        return RgbImage.wrap(w, h, rgb);
    }

    private PairFile open(String... rows) throws IOException {
        return PairFile.open(Files.writeString(folder.resolve("pairs.csv"), HEADER + String.join("\n", rows)));
    }

    @Test
    void rowsBecomePairs() throws IOException {
        PairFile pairs = open(
                "\"a, b/wild.png\",standard.png,silhouette.png,T_SHIRT,short,,hip,NONE,,g1,sender-1,0.25",
                "standard.png,standard.png,silhouette.png,,,,,,,\"say \"\"hi\"\"\",,1");
        assertThat(pairs.garments()).isEqualTo(2);
        GarmentPair first = pairs.pair(0);
        assertThat(first.wild().width()).isEqualTo(20);
        assertThat(first.standard()).isEqualTo(flat(16, 16, 200));
        assertThat(first.silhouette().area()).isEqualTo(128);
        assertThat(first.silhouette().at(3, 7)).isTrue();
        assertThat(first.silhouette().at(3, 8)).isFalse();
        assertThat(first.attributes())
                .isEqualTo(new GarmentAttributes(
                        GarmentAttributes.Category.T_SHIRT,
                        GarmentAttributes.Sleeve.SHORT,
                        GarmentAttributes.Neckline.UNKNOWN,
                        GarmentAttributes.Length.HIP,
                        GarmentAttributes.Closure.NONE,
                        GarmentAttributes.Fit.UNKNOWN));
        assertThat(first.id()).isEqualTo("g1");
        assertThat(first.group()).isEqualTo("sender-1");
        assertThat(first.hiddenShare()).isEqualTo(0.25);
        GarmentPair second = pairs.pair(3);
        assertThat(second.id()).isEqualTo("say \"hi\"");
        assertThat(second.group()).isEqualTo(second.id());
    }

    @Test
    void theFingerprintIsOfTableAndPictures() throws IOException {
        String row = "standard.png,standard.png,silhouette.png,,,,,,,a,,0";
        String before = open(row).fingerprint();
        assertThat(open(row).fingerprint()).isEqualTo(before);
        assertThat(open(row + ".5").fingerprint()).isNotEqualTo(before);
        ImageFiles.writePng(folder.resolve("standard.png"), flat(16, 16, 201), Map.of());
        assertThat(open(row).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void badTablesNameTheLine() {
        assertBad("line 2: it has 2 fields, expected 12", "standard.png,standard.png");
        assertBad("wild \"no.png\" is no file", "no.png,standard.png,silhouette.png,,,,,,,a,,0");
        assertBad("category is \"sofa\"", "standard.png,standard.png,silhouette.png,sofa,,,,,,a,,0");
        assertBad("id is empty", "standard.png,standard.png,silhouette.png,,,,,,,,b,0");
        assertBad("hiddenShare is \"1.5\"", "standard.png,standard.png,silhouette.png,,,,,,,a,,1.5");
        assertBad("hiddenShare is \"\"", "standard.png,standard.png,silhouette.png,,,,,,,a,,");
        assertBad("not closed", "\"standard.png,standard.png");
        assertBad("a quote inside", "standard.png,x\"y,,,,,,,,a,,");
        assertBad("lists no pairs");
        assertThatThrownBy(() -> PairFile.open(Files.writeString(folder.resolve("x.csv"), "wild,standard\n")))
                .hasMessageContaining("the first line must be wild,standard,silhouette");
        assertThatThrownBy(() -> PairFile.open(folder.resolve("none.csv"))).hasMessageContaining("data synth");
        assertThatThrownBy(() -> PairFile.open(Files.write(folder.resolve("y.csv"), new byte[] {(byte) 0xff, 1})))
                .hasMessageContaining("no UTF-8");
    }

    private void assertBad(String words, String... rows) {
        assertThatThrownBy(() -> open(rows)).isInstanceOf(IOException.class).hasMessageContaining(words);
    }

    @Test
    void picturesThatDoNotFitNameTheLine() throws IOException {
        PairFile pairs = open(
                "standard.png,narrow.png,silhouette.png,,,,,,,a,,0",
                "standard.png,standard.png,narrow.png,,,,,,,b,,0",
                "standard.png,standard.png,pairs.csv,,,,,,,c,,0");
        assertThatThrownBy(() -> pairs.pair(0))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("line 2: the standard image is 16x12");
        assertThatThrownBy(() -> pairs.pair(1)).hasMessageContaining("line 3: the silhouette is 16x12");
        assertThatThrownBy(() -> pairs.pair(2)).hasMessageContaining("pairs.csv");
        assertThatThrownBy(() -> pairs.pair(-1)).hasMessageContaining("got -1");
    }
}
