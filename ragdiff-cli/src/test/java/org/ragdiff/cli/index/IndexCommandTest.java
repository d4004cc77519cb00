package org.ragdiff.cli.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.Pictures;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.RectangleGarments;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.retrieval.database.LuceneDatabase;

class IndexCommandTest {
    @TempDir
    static Path shared;

    private static ModelFiles model;

    @TempDir
    Path directory;

    @BeforeAll
    static void writeModel() {
        model = TinyModel.write(shared.resolve("model"));
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private Path flats(int count) throws IOException {
        Path folder = Files.createDirectory(directory.resolve("flats"));
        RectangleGarments garments = new RectangleGarments(count, 80);
        for (int i = 0; i < count; i++) {
            Pictures.write(
                    folder.resolve(garments.id(i) + ".png"), garments.get(i).standard());
        }
        return folder;
    }

    @Test
    void proceduralGarments() throws IOException {
        Path out = directory.resolve("new/database");
        CommandRun.of("index", "build", "--synth", 40, "--seed", 5, "--out", out, "--model", model.directory())
                .done();
        ProceduralGarments garments = new ProceduralGarments(40, TinyModel.SIDE, 5);
        try (LuceneDatabase database = LuceneDatabase.open(out)) {
            assertThat(database.count()).isEqualTo(40);
            assertThat(database.get(garments.id(39)).orElseThrow().attributes()).isEqualTo(garments.attributes(39));
            assertThat(database.thumbnail(garments.id(0))).isPresent();
            Provenance made = database.provenance().orElseThrow();
            assertThat(made.command()).isEqualTo("ragdiff index build --synth 40 --seed 5");
            assertThat(made.weights()).containsEntry("structure", Sha256.of(model.structure()));
        }

        Path info = directory.resolve("info.json");
        CommandRun run = CommandRun.of("index", "info", "--database", out, "--json", info);
        assertThat(run.done().out()).contains("40 in 40 groups", "--synth 40 --seed 5");
        assertThat(json(info).get("count").asInt()).isEqualTo(40);
        assertThat(json(info).get("thumbnails").asInt()).isEqualTo(40);
        int sum = 0;
        for (JsonNode n : json(info).get("categories")) {
            sum += n.asInt();
        }
        assertThat(sum).isEqualTo(40);
    }

    @Test
    void flatLaysAreAddedAndReplaced() throws IOException {
        Path flats = flats(6);
        Files.writeString(flats.resolve("junk.jpg"), "not a picture");
        Path out = directory.resolve("database");
        CommandRun first =
                CommandRun.of("index", "build", "--flats", flats, "--out", out, "--model", model.directory());
        assertThat(first.done().out()).contains("6 garments added, 6 in");
        assertThat(first.err()).contains("left out: ", "junk.jpg: is not a picture");
        String[] more = {"index", "build", "--synth", "3", "--out", out.toString(), "--model", "", "--add"};
        more[7] = model.directory().toString();
        assertThat(CommandRun.of((Object[]) more).done().out()).contains("3 garments added, 9 in");
        CommandRun.of("index", "build", "--synth", 2, "--out", out, "--model", model.directory())
                .done();
        try (LuceneDatabase database = LuceneDatabase.open(out)) {
            assertThat(database.count()).isEqualTo(2);
        }
    }

    @Test
    void photosGiveTheGarmentsThatAreSure() throws IOException {
        Path photos = Files.createDirectory(directory.resolve("photos"));
        Pictures.write(photos.resolve("sure.png"), Pictures.garment(160, 120, 30, 20, 90, 80));
        Pictures.write(photos.resolve("nothing.png"), Pictures.garment(160, 120, 0, 0, 0, 0));
        Files.writeString(
                directory.resolve("photos.csv"), "path,label,kids,sender_id\nphotos/sure.png,Dress,False,7\n");
        Path out = directory.resolve("database");
        Path cache = directory.resolve("cache");
        CommandRun run = CommandRun.of(
                "index", "build", "--photos", photos, "--out", out, "--cache", cache, "--model", model.directory());
        assertThat(run.done().out()).contains("1 garments added, 1 in");
        try (LuceneDatabase database = LuceneDatabase.open(out)) {
            StructureEntry entry = database.get("sure").orElseThrow();
            assertThat(entry.group()).isEqualTo("sender-7");
            assertThat(entry.attributes().category()).isEqualTo(GarmentAttributes.Category.DRESS);
        }
        CommandRun.of("index", "build", "--photos", cache, "--out", out, "--cache", cache, "--model", model.directory())
                .refused("no photos in");
    }

    @Test
    void aQueryAnswersWithWeightsAndResidual() throws IOException {
        Path photo = Pictures.write(directory.resolve("photo.png"), Pictures.garment(90, 120, 20, 30, 50, 60));
        Path file = directory.resolve("answer.json");
        CommandRun run = CommandRun.of(
                "index", "query", "--image", photo, "-k", 5, "--model", model.directory(), "--json", file);
        assertThat(run.done().out().lines()).hasSize(7);
        JsonNode answer = json(file);
        assertThat(answer.get("neighbours")).hasSize(5);
        double sum = 0;
        double last = 2;
        for (JsonNode n : answer.get("neighbours")) {
            assertThat(run.out()).contains(n.get("id").asText());
            assertThat(n.get("similarity").asDouble()).isLessThanOrEqualTo(last);
            last = n.get("similarity").asDouble();
            sum += n.get("weight").asDouble();
        }
        assertThat(sum).isCloseTo(1, offset(1e-9));
        assertThat(answer.get("residual").asDouble()).isBetween(0.0, 2.0);

        // A generation by SLLE on embeddings, as the query's, retrieves the same for the same photo.
        CommandRun.of(
                        "generate",
                        "--image",
                        photo,
                        "--out",
                        directory.resolve("flat.png"),
                        "--model",
                        model.directory(),
                        "--aggregator",
                        "slle",
                        "--steps",
                        1)
                .done();
        JsonNode manifest = json(directory.resolve("flat.json"));
        for (int i = 0; i < 5; i++) {
            assertThat(manifest.at("/neighbours/" + i + "/id")).isEqualTo(answer.at("/neighbours/" + i + "/id"));
        }
    }

    @Test
    void badInputIsOneLine() throws IOException {
        Path out = directory.resolve("database");
        Path file = Files.writeString(directory.resolve("file"), "x");
        Path m = model.directory();
        CommandRun.of("index", "build", "--out", out, "--model", m).refused("--synth", "--help");
        CommandRun.of("index", "build", "--synth", 1, "--flats", directory, "--out", out)
                .refused("--help");
        CommandRun.of("index", "build", "--synth", 0, "--out", out, "--model", m)
                .refused("--synth must be in 1..");
        CommandRun.of("index", "build", "--flats", directory.resolve("none"), "--out", out, "--model", m)
                .refused("no such file or folder");
        CommandRun.of("index", "build", "--synth", 1, "--out", file, "--model", m)
                .refused("is a file, not a folder");
        CommandRun.of("index", "build", "--synth", 1, "--out", out, "--model", directory.resolve("none"))
                .refused("no model folder", "--model");
        CommandRun.of("index", "info", "--database", out).refused("no structure database", "ragdiff index build");
        Path white = Files.createDirectory(directory.resolve("white"));
        byte[] rgb = new byte[3 * 64 * 64];
        Arrays.fill(rgb, (byte) 255);
        Pictures.write(white.resolve("white.png"), RgbImage.wrap(64, 64, rgb));
        CommandRun.of("index", "build", "--flats", white, "--out", out, "--model", m)
                .refused("none of the 1 pictures", "shows no garment");
        Path photo = Pictures.write(directory.resolve("photo.png"), Pictures.sample("rgb.png"));
        CommandRun.of("index", "query", "--image", photo, "-k", 0, "--model", m).refused("-k must be in 1..1000");
        assertThat(out).doesNotExist();

        TinyModel.writeDatabase(out, model, 0);
        CommandRun.of("index", "query", "--image", photo, "--database", out, "--model", m)
                .refused("is empty", "ragdiff index build");
        Path other = directory.resolve("other");
        Files.createDirectory(other);
        TinyModel.writeStructure(new ModelFiles(other).structure(), TinyModel.structureConfig(), 77);
        CommandRun.of("index", "query", "--image", photo, "--database", out, "--model", other)
                .refused("made by another encoder", "rebuild it");
        CommandRun.of("index", "build", "--synth", 1, "--add", "--out", out, "--model", other)
                .refused("made by another encoder");
        TinyModel.writeDatabase(out, model, 5);
        Path data;
        try (Stream<Path> files = Files.list(out)) {
            data = files.filter(f -> f.toString().endsWith(".cfs")).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(data);
        bytes[bytes.length / 2] ^= 1;
        Files.write(data, bytes);
        CommandRun.of("index", "info", "--database", out).refused("checksum", "rebuild it");
    }
}
