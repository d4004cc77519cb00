package org.ragdiff.core.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;

class ProvenanceTest {
    /** FIPS 180-2, appendix B.1. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    Path folder;

    @Test
    void digestsAreThePublishedOnes() throws Exception {
        assertThat(Sha256.of("abc")).isEqualTo(ABC);
        assertThat(Sha256.of(new byte[0]))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        // FIPS 180-2, appendix B.3: a million times "a".
        Path file = Files.writeString(folder.resolve("a"), "a".repeat(1_000_000));
        assertThat(Sha256.of(file)).isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }

    @Test
    void dataSetsAreNamedAndSorted() throws Exception {
        Path a = Files.writeString(folder.resolve("a"), "abc");
        Path b = Files.writeString(Files.createDirectory(folder.resolve("sub")).resolve("b"), "abc");
        String expected = Sha256.of(ABC + "  a\n" + ABC + "  sub/b\n");
        assertThat(Sha256.of(folder, List.of(b, a))).isEqualTo(expected);
    }

    @Test
    void survivesItsPlaces() throws Exception {
        Provenance p = Provenance.of("vae-weights", "ragdiff train vae --config vae.json", 7)
                .withConfigHash(ABC)
                .withDataHash(Sha256.of("d"))
                .withWeights("unet", ABC)
                .withProtocol("2,000 steps of 24 images — held-out senders");
        Path weights = folder.resolve("vae.safetensors");
        SafetensorsWriter.write(weights, Map.of("w", FloatMemory.array(new float[] {1}, 1)), Dtype.F16, p.toMetadata());
        p.writeBeside(weights);
        assertThat(folder.resolve("vae.safetensors.provenance.json")).exists();
        assertThat(Provenance.readBeside(weights)).contains(p);
        assertThat(Provenance.readBeside(folder.resolve("other"))).isEmpty();
        try (SafetensorsFile f = SafetensorsFile.open(weights)) {
            assertThat(Provenance.fromMetadata(f.metadata(), "vae")).contains(p);
        }
        Path png = folder.resolve("a.png");
        ImageFiles.writePng(png, new RgbImage(1, 1, new byte[3]), p.toMetadata());
        assertThat(Provenance.fromMetadata(ImageFiles.readPngText(png), "a.png"))
                .contains(p);
        assertThat(p.versions()).containsKeys("ragdiff", "java", "nd4j", "onednn", "os");
        assertThat(p.versions().values()).noneMatch(v -> v.contains("${"));
    }

    @Test
    void damagedRecordsAreRefused() throws Exception {
        String good = Provenance.of("report", "ragdiff demo", 1).toJson();
        for (String bad : List.of(
                "",
                "[]",
                good + "x",
                good.replace("\"seed\" : 1", "\"seed\" : null"),
                good.replaceFirst("\"created\" : \"[^\"]*\"", "\"created\" : \"yesterday\""),
                good.replace("\"configHash\" : \"\"", "\"configHash\" : \"abc\""))) {
            assertThat(bad).isNotEqualTo(good);
            assertThatThrownBy(() -> Provenance.fromJson(bad, "x.json"))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("x.json: is not a provenance record");
        }
    }
}
