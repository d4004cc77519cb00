package org.ragdiff.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.RectangleGarments;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.data.pairs.PairFile;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.data.wild.WildViewRenderer;

class EvaluateCommandTest {
    @TempDir
    static Path directory;

    private static Path model;

    @BeforeAll
    static void model() {
        model = TinyModel.write(directory.resolve("model")).directory();
    }

    private static CommandRun evaluate(Object... more) {
        List<Object> args = new ArrayList<>(List.of("evaluate", "--model", model, "--steps", 1));
        args.addAll(List.of("--cache", directory.resolve("cache")));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray());
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(Files.readString(file));
    }

    @Test
    void resultsHoldWhatScriptsReadAndAddUp() throws Exception {
        Path out = directory.resolve("synth/results.json");
        CommandRun run = evaluate("--synth", 5, "--seed", 3, "--ablate", "none,top1", "--out", out)
                .done();
        assertThat(run.out())
                .contains("5 garments, protocol ragdiff/v1, seed 3")
                .contains("Silhouette IoU");
        JsonNode json = json(out);
        assertThat(json.get("protocol").asText()).isEqualTo("ragdiff/v1");
        assertThat(json.get("seed").asLong()).isEqualTo(3);
        assertThat(json.get("n").asInt()).isEqualTo(5);
        ModelFiles files = new ModelFiles(model);
        assertThat(json.get("weights").get("vae").asText()).isEqualTo(Sha256.of(files.vae()));
        assertThat(json.get("weights").get("structure").asText()).isEqualTo(Sha256.of(files.structure()));
        assertThat(json.get("weights").get("diffusion").asText()).isEqualTo(Sha256.of(files.diffusion()));
        assertThat(json.get("gallery").asInt()).isEqualTo(TinyModel.GARMENTS + 5);
        assertThat(json.get("data").get("databaseEntries").asInt()).isEqualTo(TinyModel.GARMENTS);
        assertThat(json.get("settings").get("steps").asText()).isEqualTo("1");
        assertThat(json.get("garments")).hasSize(5);
        assertThat(json.get("mean").has("silhouetteIou")).isTrue();
        json.get("mean").fields().forEachRemaining(mean -> {
            double[] values = column(json, mean.getKey());
            assertThat(values).hasSize(5);
            assertThat(mean.getValue().asDouble()).isCloseTo(StatUtils.mean(values), within(1e-9));
            JsonNode interval = json.get("interval").get(mean.getKey());
            assertThat(interval.get("low").asDouble())
                    .isLessThanOrEqualTo(mean.getValue().asDouble() + 1e-9);
            assertThat(interval.get("high").asDouble())
                    .isGreaterThanOrEqualTo(mean.getValue().asDouble() - 1e-9);
        });
        Set<String> compared = new HashSet<>();
        for (JsonNode c : json.get("comparisons")) {
            compared.add(c.get("against").asText());
            double difference = StatUtils.meanDifference(
                    column(json, c.get("figure").asText()),
                    column(json, c.get("against").asText()));
            assertThat(c.get("difference").get("mean").asDouble()).isCloseTo(difference, within(1e-9));
            assertThat(c.get("wilcoxon").get("pValue").asDouble()).isBetween(0.0, 1.0);
        }
        assertThat(compared)
                .contains(
                        "silhouetteIouNoRetrieval",
                        "silhouetteIouTop1",
                        "landmarkIouTop1",
                        "landmarkIouMaskAverage",
                        "landmarkIouDecoded",
                        "codecPsnrPca");
        int inStrata = 0;
        for (JsonNode s : json.get("strata")) {
            inStrata += s.get("n").asInt();
        }
        assertThat(inStrata).isEqualTo(5);
        Provenance provenance = Provenance.readBeside(out).orElseThrow();
        assertThat(provenance.seed()).isEqualTo(3);
        assertThat(provenance.weights()).hasSize(3);
        assertThat(provenance.command()).contains("--synth 5");
    }

    private static double[] column(JsonNode json, String figure) {
        List<Double> values = new ArrayList<>();
        json.get("garments").forEach(g -> values.add(g.get(figure).asDouble()));
        return values.stream().mapToDouble(v -> v).toArray();
    }

    @Test
    void theSameSeedGivesTheSameFile() throws Exception {
        Path a = directory.resolve("a.json");
        Path b = directory.resolve("b.json");
        Path c = directory.resolve("c.json");
        evaluate("--synth", 2, "--out", a).done();
        evaluate("--synth", 2, "--out", b).done();
        evaluate("--synth", 2, "--seed", 1, "--out", c).done();
        assertThat(Files.readString(b)).isEqualTo(Files.readString(a));
        assertThat(Files.readString(c)).isNotEqualTo(Files.readString(a));
        // Held-out garments of another seed are others.
        assertThat(json(c).get("garments").get(0).get("id"))
                .isNotEqualTo(json(a).get("garments").get(0).get("id"));
    }

    private static Path table(Path folder, RectangleGarments garments) throws IOException {
        Files.createDirectories(folder);
        StringBuilder text = new StringBuilder(String.join(",", PairFile.COLUMNS)).append('\n');
        for (int i = 0; i < garments.size(); i++) {
            StandardGarment g = garments.get(i);
            byte[] mask = new byte[g.standard().rgb().length];
            for (int p = 0; p < mask.length; p++) {
                mask[p] = (byte) (g.silhouette().toArray()[p / 3] ? 255 : 0);
            }
            ImageFiles.writePng(folder.resolve(i + ".png"), g.standard(), Map.of());
            ImageFiles.writePng(
                    folder.resolve(i + "-mask.png"), RgbImage.wrap(garments.side(), garments.side(), mask), Map.of());
            text.append(i + ".png," + i + ".png," + i + "-mask.png,,,,,,," + g.id() + "," + g.group() + "," + i / 10.0
                    + "\n");
        }
        return Files.writeString(folder.resolve("pairs.csv"), text);
    }

    @Test
    void pairsOfATableWithAReport() throws Exception {
        Path table = table(directory.resolve("pairs"), new RectangleGarments(4, TinyModel.SIDE));
        Path out = directory.resolve("pairs.json");
        Path report = directory.resolve("reports/pairs.html");
        evaluate("--pairs", table, "--limit", 3, "--aggregator", "top1", "--out", out, "--report", report)
                .done();
        JsonNode json = json(out);
        assertThat(json.get("garments")).hasSize(3);
        assertThat(json.get("garments").get(1).get("hiddenShare").asDouble()).isEqualTo(0.1);
        // The database holds the garments themselves: they take their entries' places in the gallery.
        assertThat(json.get("gallery").asInt()).isEqualTo(TinyModel.GARMENTS);
        assertThat(json.get("mean").has("landmarkIouSlle")).isTrue();
        String html = Files.readString(report);
        assertThat(html)
                .contains("Without retrieval", "Truth", "garment-2", "weights of vae", "Retrieved neighbours")
                .contains("By the share of the garment that the photo hides");
    }

    /** Photos of plain garments on plain floors, of senders on both sides of the split. */
    private static Path photos(Path folder) throws IOException {
        Files.createDirectories(folder);
        WildViewOptions view = WildViewOptions.easy().withSide(96);
        WildViewRenderer renderer = new WildViewRenderer(view, new ProceduralScenery());
        RectangleGarments garments = new RectangleGarments(24, 96);
        List<String> held = senders(true, 3);
        List<String> others = senders(false, 6);
        StringBuilder csv = new StringBuilder("path,label,kids,sender_id\n");
        for (int i = 0; i < garments.size(); i++) {
            StandardGarment g = garments.get(i);
            String name = "photo-" + i + ".png";
            ImageFiles.writePng(
                    folder.resolve(name),
                    renderer.render(g.standard(), g.silhouette(), "", i).photo(),
                    Map.of());
            String sender = i % 2 == 0 ? held.get(i / 2 % 3) : others.get(i / 2 % 6);
            csv.append(folder.getFileName() + "/" + name + ",T-Shirt,False," + sender + "\n");
        }
        Files.writeString(folder.resolveSibling(folder.getFileName() + ".csv"), csv);
        return folder;
    }

    private static List<String> senders(boolean heldOut, int count) {
        return Stream.iterate(0, i -> i + 1)
                .map(String::valueOf)
                .filter(s -> GroupSplit.isHeldOut("sender-" + s) == heldOut)
                .limit(count)
                .toList();
    }

    @Test
    void heldOutSendersOfAFolderAgainstItsOthers() throws Exception {
        Path photos = photos(directory.resolve("photos"));
        Path out = directory.resolve("photos.json");
        evaluate("--photos", photos, "--database-photos", photos, "--limit", 4, "--out", out)
                .done();
        JsonNode json = json(out);
        Set<String> measured = new HashSet<>();
        json.get("garments").forEach(g -> measured.add(g.get("id").asText()));
        assertThat(measured).isNotEmpty().allMatch(id -> Integer.parseInt(id.substring("photo-".length())) % 2 == 0);
        int entries = json.get("data").get("databaseEntries").asInt();
        assertThat(entries).isBetween(1, 12);
        assertThat(json.get("gallery").asInt()).isEqualTo(entries + measured.size());
        assertThat(json.get("data").get("garments").asText()).isEqualTo("photos of held-out senders");
        // The database is taken from the cache: the same commit, not built again.
        List<Path> built;
        try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
            built = files.filter(f -> f.getFileName().toString().startsWith("segments_"))
                    .toList();
        }
        assertThat(built).hasSize(1);
        Object before = Files.getLastModifiedTime(built.get(0));
        evaluate(
                        "--photos",
                        photos,
                        "--database-photos",
                        photos,
                        "--limit",
                        4,
                        "--out",
                        directory.resolve("again.json"))
                .done();
        assertThat(Files.getLastModifiedTime(built.get(0))).isEqualTo(before);
        assertThat(Files.readString(directory.resolve("again.json"))).isEqualTo(Files.readString(out));
    }

    @Test
    void wrongUseIsOneLine() throws Exception {
        Path out = directory.resolve("none/no.json");
        evaluate("--out", out).refused("--synth");
        evaluate("--synth", 2, "--photos", directory, "--out", out).refused("mutually exclusive");
        evaluate("--synth", 0, "--out", out).refused("--synth must be at least 1");
        evaluate("--synth", 2, "--limit", 0, "--out", out).refused("--limit must be at least 1");
        evaluate("--synth", 2, "--seed", -1, "--out", out).refused("seed must be in");
        evaluate("--synth", 2, "--ablate", "magic", "--out", out).refused("unknown ablation \"magic\"");
        evaluate("--synth", 2, "--aggregator", "magic", "--out", out).refused("unknown aggregator");
        evaluate("--synth", 2, "--out", directory).refused("it is a folder");
        evaluate("--synth", 2, "--database", directory.resolve("none"), "--out", out)
                .refused("index build");
        evaluate("--pairs", directory.resolve("none.csv"), "--out", out).refused("no table of pairs");
        evaluate("--photos", directory.resolve("none"), "--out", out).refused("no folder");
        Path bad = Files.writeString(directory.resolve("bad.csv"), String.join(",", PairFile.COLUMNS) + "\na,b\n");
        evaluate("--pairs", bad, "--out", out).refused("line 2", "2 fields");
        CommandRun.of("evaluate", "--synth", 2, "--model", directory.resolve("none"), "--out", out)
                .refused("no model folder");
        assertThat(out).doesNotExist();
        assertThat(out.getParent()).doesNotExist();
    }
}
