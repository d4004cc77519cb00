package org.ragdiff.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.Pictures;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.provenance.Versions;
import org.ragdiff.slle.ManifoldCalibration;

class GenerateCommandTest {
    @TempDir
    static Path shared;

    private static ModelFiles model;

    @TempDir
    Path directory;

    private Path photos;
    private Path out;

    @BeforeAll
    static void writeModel() {
        model = TinyModel.write(shared.resolve("model"));
    }

    @BeforeEach
    void makeFolders() throws IOException {
        photos = Files.createDirectory(directory.resolve("photos"));
        out = directory.resolve("out");
    }

    private CommandRun generate(Path image, Path to, Object... more) {
        List<Object> words = new ArrayList<>(List.of("generate", "--image", image, "--out", to));
        words.addAll(List.of("--model", model.directory(), "--steps", 2));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray());
    }

    private Path photo(String name) {
        return Pictures.write(photos.resolve(name), Pictures.garment(90, 120, 20, 30, 50, 60));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theBackgroundIsChosen() throws IOException {
        Path photo = photo("shirt.png");
        generate(photo, out.resolve("white.png")).done();
        generate(photo, out.resolve("clear.png"), "--background", "transparent").done();
        generate(photo, out.resolve("blue.png"), "--background", "#102030").done();
        RgbImage white = ImageFiles.read(out.resolve("white.png"));
        RgbImage blue = ImageFiles.read(out.resolve("blue.png"));
        BufferedImage clear = ImageIO.read(out.resolve("clear.png").toFile());
        assertThat(clear.getColorModel().hasAlpha()).isTrue();
        int[] ground = {0x10, 0x20, 0x30};
        for (int y = 0; y < white.height(); y++) {
            for (int x = 0; x < white.width(); x++) {
                int argb = clear.getRGB(x, y);
                double alpha = (argb >>> 24) / 255.0;
                for (int c = 0; c < 3; c++) {
                    int colour = argb >> 8 * (2 - c) & 0xff;
                    double over = ground[c] + alpha * (colour - ground[c]);
                    assertThat((double) blue.at(x, y, c)).isEqualTo(over, offset(1.0));
                    if (alpha == 1) {
                        assertThat(colour).isEqualTo(white.at(x, y, c));
                    }
                }
            }
        }
        generate(photo, out.resolve("bad.png"), "--background", "plaid").refused("--background", "#f0f0f0", "plaid");
    }

    @Test
    void aSilhouetteIsEditedAndTheManifestSaysHow() throws IOException {
        Path photo = photo("shirt.png");
        Path mask = Pictures.write(directory.resolve("mask.png"), Pictures.garment(64, 64, 16, 4, 32, 56));
        generate(photo, out.resolve("plain.png"), "--landmark", mask).done();
        generate(photo, out.resolve("cropped.png"), "--landmark", mask, "--edit", "hem=-0.4")
                .done();
        generate(photo, out.resolve("own.png"), "--edit", "mirror").done();
        ObjectMapper json = new ObjectMapper();
        JsonNode cropped = json.readTree(out.resolve("cropped.json").toFile()).get("landmark");
        assertThat(cropped.get("source").asText()).isEqualTo("given");
        assertThat(cropped.get("edit").asText()).isEqualTo("hem=-0.4");
        JsonNode own = json.readTree(out.resolve("own.json").toFile()).get("landmark");
        assertThat(own.get("source").asText()).isEqualTo("retrieved");
        assertThat(own.get("edit").asText()).isEqualTo("mirror");
        assertThat(json.readTree(out.resolve("plain.json").toFile())
                        .get("landmark")
                        .has("edit"))
                .isFalse();
        assertThat(ImageFiles.read(out.resolve("cropped.png"))).isNotEqualTo(ImageFiles.read(out.resolve("plain.png")));
    }

    @Test
    void calibratedScoresAreProbabilities() throws IOException {
        Path photo = photo("shirt.png");
        Path other = TinyModel.write(shared.resolve("calibrated")).directory();
        ManifoldCalibration c =
                new ManifoldCalibration(1, "slle-mixed", 0.7, 0.8, 0, List.of(0.0), List.of(0.25), 10, 2);
        c.write(other.resolve("manifold.json"));
        ObjectMapper json = new ObjectMapper();
        generate(photo, out.resolve("plain.png")).done();
        assertThat(json.readTree(out.resolve("plain.json").toFile()).has("doubtful"))
                .isFalse();
        CommandRun.of("generate", "--image", photo, "--out", out.resolve("c.png"), "--model", other, "--steps", 2)
                .done();
        JsonNode m = json.readTree(out.resolve("c.json").toFile());
        assertThat(m.get("outOfManifold").asDouble()).isEqualTo(0.25);
        assertThat(m.get("doubtful").asBoolean()).isTrue();
        generate(photo, out.resolve("other.png"), "--aggregator", "top1").done();
        assertThat(json.readTree(out.resolve("other.json").toFile()).has("doubtful"))
                .isFalse();
    }

    @Test
    void anEditThatCannotBeDoneIsRefused() {
        Path photo = photo("shirt.png");
        Path mask = Pictures.write(directory.resolve("mask.png"), Pictures.garment(64, 64, 16, 4, 32, 56));
        Path png = out.resolve("flat.png");
        generate(photo, png, "--edit", "waist=0.1").refused("hem=NUMBER");
        generate(photo, png, "--landmark", mask, "--edit", "sleeve=-0.5").refused("cut off a sleeve");
        generate(photo, png, "--aggregator", "none", "--edit", "mirror").refused("--edit needs a silhouette");
    }

    @Test
    void aPhotoBecomesAPictureAndItsManifest() throws IOException {
        Path photo = photo("shirt.png");
        Path png = out.resolve("deep/flat.png");
        CommandRun run = generate(photo, png, "--seed", 11, "--guidance", 2, "--guidance-landmark", 3);
        assertThat(run.done().out()).contains(png.toString(), "12 neighbours", "residual");

        RgbImage flat = ImageFiles.read(png);
        assertThat(flat.width()).isEqualTo(TinyModel.SIDE);
        assertThat(flat.height()).isEqualTo(TinyModel.SIDE);
        assertThat(names(png.getParent())).containsExactly("flat.json", "flat.png");

        JsonNode m = new ObjectMapper().readTree(out.resolve("deep/flat.json").toFile());
        assertThat(m.at("/photo/name").asText()).isEqualTo("shirt.png");
        assertThat(m.at("/photo/sha256").asText()).isEqualTo(Sha256.of(photo));
        assertThat(m.at("/photo/width").asInt()).isEqualTo(90);
        assertThat(m.at("/seed").asLong()).isEqualTo(11);
        assertThat(m.at("/settings/steps").asInt()).isEqualTo(2);
        assertThat(m.at("/settings/sampler").asText()).isEqualTo("dpmpp2m");
        assertThat(m.at("/settings/guidance/reference").asDouble()).isEqualTo(2);
        assertThat(m.at("/settings/guidance/landmark").asDouble()).isEqualTo(3);
        assertThat(m.at("/settings/aggregator").asText()).isEqualTo("slle-mixed");
        assertThat(m.at("/attributes/category").asText()).isNotEmpty();
        assertThat(m.at("/landmark/source").asText()).isEqualTo("retrieved");
        assertThat(m.at("/neighbours")).hasSize(TinyModel.GARMENTS);
        double sum = 0;
        for (JsonNode n : m.at("/neighbours")) {
            assertThat(n.get("id").asText()).startsWith("garment-");
            sum += n.get("weight").asDouble();
        }
        assertThat(sum).isCloseTo(1, offset(1e-9));
        assertThat(m.at("/residual").asDouble()).isPositive();
        assertThat(m.at("/weights/vae").asText()).isEqualTo(Sha256.of(model.vae()));
        assertThat(m.at("/weights/structure").asText()).isEqualTo(Sha256.of(model.structure()));
        assertThat(m.at("/weights/diffusion").asText()).isEqualTo(Sha256.of(model.diffusion()));
        assertThat(m.at("/versions/ragdiff").asText()).isEqualTo(Versions.ragdiff());

        Map<String, String> text = ImageFiles.readPngText(png);
        assertThat(text)
                .containsEntry("ragdiff.seed", "11")
                .containsEntry("ragdiff.photo", Sha256.of(photo))
                .containsEntry("Software", "ragdiff " + Versions.ragdiff());
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(text.get("ragdiff.settings"))).isEqualTo(m.get("settings"));
        assertThat(json.readTree(text.get("ragdiff.weights"))).isEqualTo(m.get("weights"));
        assertThat(text.get("ragdiff.neighbours").lines())
                .hasSize(TinyModel.GARMENTS)
                .first()
                .asString()
                .endsWith(m.at("/neighbours/0/id").asText());
    }

    @Test
    void severalSeedsGiveSeveralFlatLays() throws IOException {
        Path photo = photo("shirt.png");
        generate(photo, out.resolve("flat.png"), "--seeds", "7,8,9", "--batch", 1)
                .done();
        assertThat(names(out))
                .containsExactly("flat-7.json", "flat-7.png", "flat-8.json", "flat-8.png", "flat-9.json", "flat-9.png");
        generate(photo, out.resolve("alone.png"), "--seed", 8).done();
        assertThat(out.resolve("flat-8.png")).hasSameBinaryContentAs(out.resolve("alone.png"));
        assertThat(ImageFiles.read(out.resolve("flat-7.png"))).isNotEqualTo(ImageFiles.read(out.resolve("flat-8.png")));
        generate(photo, out.resolve("flat.png"), "--seeds", "7,x").refused("whole numbers with commas");
        generate(photo, out.resolve("flat.png"), "--seeds", "7,7").refused("must differ");
    }

    @Test
    void startNegativesAndEndAreGivenAndWrittenDown() throws IOException {
        Path photo = photo("shirt.png");
        Path other = Pictures.write(directory.resolve("other.png"), Pictures.garment(80, 80, 10, 10, 60, 40));
        Path plain = out.resolve("plain.png");
        generate(photo, plain, "--guidance", 3).done();
        Path changed = out.resolve("changed.png");
        generate(photo, changed, "--guidance", 3, "--image-to-image", other, "--strength", 0.5)
                .done();
        assertThat(ImageFiles.read(changed)).isNotEqualTo(ImageFiles.read(plain));
        JsonNode m = new ObjectMapper().readTree(out.resolve("changed.json").toFile());
        assertThat(m.at("/steering/startSha256").asText()).isEqualTo(Sha256.of(other));
        assertThat(m.at("/steering/strength").asDouble()).isEqualTo(0.5);
        assertThat(new ObjectMapper()
                        .readTree(out.resolve("plain.json").toFile())
                        .has("steering"))
                .isFalse();

        Path away = out.resolve("away.png");
        generate(photo, away, "--guidance", 3, "--negative", other).done();
        assertThat(ImageFiles.read(away)).isNotEqualTo(ImageFiles.read(plain));
        m = new ObjectMapper().readTree(out.resolve("away.json").toFile());
        assertThat(m.at("/steering/negativeSha256").asText()).isEqualTo(Sha256.of(other));

        Path short1 = out.resolve("short.png");
        generate(photo, short1, "--guidance", 3, "--stop-after", 1).done();
        assertThat(ImageFiles.read(short1)).isNotEqualTo(ImageFiles.read(plain));
        generate(photo, plain, "--strength", 0.5).refused("goes with --image-to-image");
        generate(photo, plain, "--image-to-image", other, "--strength", 0).refused("above 0");
        generate(photo, plain, "--stop-after", 0).refused("at least 1");
    }

    @Test
    void theSameInputsGiveTheSameBytes() throws IOException {
        Path photo = photo("shirt.png");
        generate(photo, out.resolve("a.png"), "--seed", 3).done();
        generate(photo, out.resolve("b.png"), "--seed", 3).done();
        generate(photo, out.resolve("c.png"), "--seed", 4).done();
        assertThat(out.resolve("b.png")).hasSameBinaryContentAs(out.resolve("a.png"));
        assertThat(out.resolve("b.json")).hasSameBinaryContentAs(out.resolve("a.json"));
        assertThat(ImageFiles.read(out.resolve("c.png"))).isNotEqualTo(ImageFiles.read(out.resolve("a.png")));
    }

    @Test
    void aFolderIsDoneDespiteBadPhotosInIt() throws IOException {
        photo("a.png");
        Pictures.write(photos.resolve("a.jpg"), Pictures.sample("rgb.jpg"));
        Pictures.write(photos.resolve("no-ending"), Pictures.sample("rgb.png"));
        Pictures.write(photos.resolve("wrong.txt"), Pictures.sample("lossy.webp"));
        Files.writeString(photos.resolve("notes.txt"), "not a picture");
        Files.writeString(photos.resolve("junk.jpg"), "not a picture");
        Files.writeString(photos.resolve(".hidden.jpg"), "not a picture");
        Files.createFile(photos.resolve("empty.png"));
        Pictures.write(photos.resolve("huge.png"), Pictures.hugeHeader());
        Path json = directory.resolve("summary.json");
        Path sheet = directory.resolve("sheet.png");
        CommandRun run = generate(photos, out, "--json", json, "--contact-sheet", sheet, "--batch", 3);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines())
                .hasSize(4)
                .anyMatch(l -> l.contains("3 of 7 photos could not be used"))
                .anyMatch(l -> l.contains("junk.jpg: is not a picture"))
                .anyMatch(l -> l.contains("empty.png: is empty (0 bytes)"))
                .anyMatch(l -> l.contains("huge.png: has 30000x30000 pixels"));
        assertThat(names(out))
                .containsExactly(
                        "a.jpg.json",
                        "a.jpg.png",
                        "a.png.json",
                        "a.png.png",
                        "no-ending.json",
                        "no-ending.png",
                        "wrong.json",
                        "wrong.png");
        JsonNode summary = new ObjectMapper().readTree(json.toFile());
        assertThat(summary.get("flatLays")).hasSize(4);
        assertThat(summary.get("failures")).hasSize(3);
        // Rows of photo, landmark, flat-lay: cells of 128 with gaps of 6.
        RgbImage picture = ImageFiles.read(sheet);
        assertThat(picture.width()).isEqualTo(3 * 134 + 6);
        assertThat(picture.height()).isEqualTo(4 * 134 + 6);
    }

    /**
     * To the bit under the guidance that the networks are trained for; strong guidance shows how products round by the
     * batch's shape, one level of 255 at a pixel here and there.
     */
    @Test
    void aPhotoGivesTheSameAloneAndInAFolder() throws IOException {
        photo("one.png");
        Pictures.write(photos.resolve("two.jpg"), Pictures.sample("rgb.jpg"));
        Path alone = directory.resolve("alone.png");
        generate(photos, out, "--guidance", 1.5).done();
        generate(photos.resolve("two.jpg"), alone, "--guidance", 1.5).done();
        assertThat(ImageFiles.read(out.resolve("two.png"))).isEqualTo(ImageFiles.read(alone));
        generate(photos, out).done();
        generate(photos.resolve("two.jpg"), alone).done();
        byte[] together = ImageFiles.read(out.resolve("two.png")).rgb();
        byte[] single = ImageFiles.read(alone).rgb();
        assertThat(together).hasSameSizeAs(single);
        for (int i = 0; i < single.length; i++) {
            assertThat((together[i] & 0xff) - (single[i] & 0xff)).isBetween(-1, 1);
        }
    }

    @Test
    void allKindsOfPicturesWork() throws IOException {
        for (String name : List.of(
                "rgb.jpg",
                "grey.jpg",
                "cmyk.jpg",
                "exif6.jpg",
                "progressive.jpg",
                "rgba.png",
                "grey16.png",
                "palette.png",
                "animated.gif",
                "lossless.webp",
                "rgba.webp",
                "rgb.bmp")) {
            Pictures.write(photos.resolve(name), Pictures.sample(name));
        }
        generate(photos, out, "--batch", 12).done();
        assertThat(names(out)).hasSize(24).contains("cmyk.png", "rgb.jpg.png", "rgba.webp.json", "animated.png");
    }

    @Test
    void aSinglePhotoIntoAFolder() throws IOException {
        generate(photo("shirt.png"), out).done();
        assertThat(names(out)).containsExactly("shirt.json", "shirt.png");
    }

    @Test
    void whatIsGivenReplacesWhatIsRetrieved() throws IOException {
        Path photo = photo("shirt.png");
        Path mask = Pictures.write(directory.resolve("mask.png"), Pictures.garment(64, 64, 10, 10, 44, 44));
        Path png = out.resolve("a.png");
        generate(photo, png, "--landmark", mask, "--attributes", "category=dress", "--crop", "none")
                .done();
        JsonNode m = new ObjectMapper().readTree(out.resolve("a.json").toFile());
        assertThat(m.at("/landmark/source").asText()).isEqualTo("given");
        assertThat(m.at("/landmark/sha256").asText()).isEqualTo(Sha256.of(mask));
        assertThat(m.at("/attributes/category").asText()).isEqualTo("dress");
        assertThat(m.at("/settings/attributeFilter").asText()).isEqualTo("category");
        assertThat(m.at("/neighbours")).hasSize(TinyModel.GARMENTS / 3);
        assertThat(m.at("/photo").has("crop")).isFalse();
        generate(photo, out.resolve("b.png"), "--aggregator", "none").done();
        JsonNode none = new ObjectMapper().readTree(out.resolve("b.json").toFile());
        assertThat(none.at("/settings/dropped")).hasSize(2);
        assertThat(none.at("/neighbours")).isEmpty();
        assertThat(ImageFiles.read(out.resolve("b.png"))).isNotEqualTo(ImageFiles.read(png));
    }

    @Test
    void aSureGarmentIsCroppedTo() throws IOException {
        Path photo = Pictures.write(photos.resolve("small.png"), Pictures.garment(400, 300, 60, 40, 210, 230));
        generate(photo, out.resolve("a.png")).done();
        JsonNode box =
                new ObjectMapper().readTree(out.resolve("a.json").toFile()).at("/photo/crop");
        assertThat(box.get("width").asInt()).isBetween(280, 295);
        assertThat(box.get("maskConfidence").asDouble()).isGreaterThan(0.5);
    }
}
