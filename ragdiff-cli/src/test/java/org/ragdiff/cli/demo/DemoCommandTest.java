package org.ragdiff.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;

class DemoCommandTest {
    @TempDir
    static Path directory;

    private static ModelFiles model;

    @BeforeAll
    static void model() {
        model = TinyModel.write(directory.resolve("model"));
    }

    private static CommandRun demo(Path out, Object... more) {
        List<Object> args = new ArrayList<>(List.of("demo", "--model", model.directory(), "--out", out));
        args.addAll(List.of("--steps", 1));
        List<Object> others = List.of(more);
        args.addAll(others.contains("--count") ? List.of() : List.of("--count", 3));
        args.addAll(others);
        return CommandRun.of(args.toArray());
    }

    private static List<String> files(Path folder) throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(f -> folder.relativize(f).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void pageResultsAndPictures() throws Exception {
        Path out = directory.resolve("deep/demo");
        CommandRun run = demo(out, "--seed", 5).done();
        assertThat(run.out()).contains("3 garments", "silhouette IoU", "index.html");
        JsonNode json = new ObjectMapper().readTree(Files.readString(out.resolve("results.json")));
        assertThat(json.get("protocol").asText()).isEqualTo("ragdiff/v1");
        assertThat(json.get("seed").asLong()).isEqualTo(5);
        assertThat(json.get("weights").get("diffusion").asText()).isEqualTo(Sha256.of(model.diffusion()));
        assertThat(json.get("garments")).hasSize(3);
        for (String figure : List.of("silhouetteIou", "silhouetteIouNoRetrieval", "landmarkIou", "psnr")) {
            double[] values = new double[3];
            for (int i = 0; i < 3; i++) {
                values[i] = json.get("garments").get(i).get(figure).asDouble();
            }
            assertThat(json.get("mean").get(figure).asDouble()).isCloseTo(StatUtils.mean(values), within(1e-12));
        }
        String html = Files.readString(out.resolve("index.html"));
        assertThat(html)
                .contains("Without retrieval", "With retrieval", "Truth", "Landmark", "Averages")
                .contains("Retrieved neighbours and their weights", "Residual", "weights of diffusion")
                .contains(json.get("garments").get(2).get("id").asText());
        assertThat(Pattern.compile("(src|href)=\"(?!data:image/|#garment-)")
                        .matcher(html)
                        .find())
                .isFalse();
        assertThat(Provenance.readBeside(out.resolve("results.json"))
                        .orElseThrow()
                        .weights())
                .hasSize(3);
        assertThat(files(out.resolve("garments")))
                .contains("01-photo.png", "01-result.json", "01-result.png", "01-no-retrieval.png", "03-truth.png")
                .hasSize(3 * 6);
        assertThat(files(out)).hasSize(3 * 6 + 3);
    }

    @Test
    void picturesSayHowTheyWereMade() throws Exception {
        Path out = directory.resolve("text");
        demo(out, "--seed", 8).done();
        Map<String, String> text = ImageFiles.readPngText(out.resolve("garments/02-result.png"));
        JsonNode manifest = new ObjectMapper().readTree(Files.readString(out.resolve("garments/02-result.json")));
        assertThat(text).containsEntry("ragdiff.seed", "9");
        assertThat(text.get("ragdiff.weights")).contains(Sha256.of(model.vae()));
        assertThat(manifest.get("neighbours")).hasSize(TinyModel.GARMENTS);
        for (JsonNode n : manifest.get("neighbours")) {
            assertThat(text.get("ragdiff.neighbours")).contains(n.get("id").asText());
        }
        assertThat(manifest.get("photo").get("sha256").asText())
                .isEqualTo(Sha256.of(out.resolve("garments/02-photo.png")));
        assertThat(manifest.get("settings").get("dropped")).isEmpty();
        JsonNode without = new ObjectMapper().readTree(Files.readString(out.resolve("garments/02-no-retrieval.json")));
        assertThat(without.get("settings").get("dropped")).hasSize(2);
        assertThat(without.get("seed")).isEqualTo(manifest.get("seed"));
        RgbImage result = ImageFiles.read(out.resolve("garments/02-result.png"));
        assertThat(result.width()).isEqualTo(TinyModel.SIDE);
    }

    @Test
    void theSameSeedGivesTheSameBytes() throws Exception {
        Path a = directory.resolve("a");
        Path b = directory.resolve("b");
        demo(a).done();
        demo(b).done();
        assertThat(Files.readString(b.resolve("results.json"))).isEqualTo(Files.readString(a.resolve("results.json")));
        for (String name : files(a.resolve("garments"))) {
            assertThat(b.resolve("garments").resolve(name))
                    .hasSameBinaryContentAs(a.resolve("garments").resolve(name));
        }
        Path c = directory.resolve("c");
        demo(c, "--seed", 1).done();
        assertThat(Files.readString(c.resolve("results.json")))
                .isNotEqualTo(Files.readString(a.resolve("results.json")));
    }

    @Test
    void wrongUseIsOneLine() throws Exception {
        Path out = directory.resolve("wrong");
        demo(out, "--count", 0).refused("--count must be in [1, 1000]");
        demo(out, "--seed", -2).refused("seed must be in");
        demo(out, "--sampler", "magic").refused("unknown sampler");
        demo(Files.writeString(directory.resolve("file"), "x")).refused("is a file, not a folder");
        CommandRun.of("demo", "--model", directory.resolve("none"), "--out", out)
                .refused("no model folder");
        assertThat(out).doesNotExist();
    }
}
