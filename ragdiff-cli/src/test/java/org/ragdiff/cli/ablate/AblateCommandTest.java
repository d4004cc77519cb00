package org.ragdiff.cli.ablate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.guidance.Stream;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.eval.ablation.AblationResults;
import org.ragdiff.eval.ablation.CellResult;
import org.ragdiff.eval.protocol.Protocols;
import org.ragdiff.slle.Aggregators;

class AblateCommandTest {
    private static final String CONFIG =
            """
            name: tiny
            protocol: ragdiff/v1
            metrics: [silhouetteIou, landmarkIou]
            axes: {aggregator: [slle, top1, none], steps: [1]}
            baseline: {aggregator: top1}
            seeds: [4, 5]
            seedFactor: NESTED
            data: {made: synth}
            garments: 3
            dataSeed: 2
            batch: 2
            """;

    @TempDir
    static Path model;

    @TempDir
    private Path folder;

    @BeforeAll
    static void write() {
        TinyModel.write(model);
    }

    private CommandRun ablate(String config, Path out, String... more) throws IOException {
        Path file = folder.resolve("config.yaml");
        Files.writeString(file, config);
        List<Object> words = new java.util.ArrayList<>(List.of(
                "ablate", "--config", file, "--out", out, "--model", model, "--cache", folder.resolve("cache")));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray());
    }

    @Test
    void theSecondProtocolAddsFiguresToThoseOfTheFirst() throws IOException {
        String one = CONFIG.replace("[slle, top1, none]", "[top1]").replace("seeds: [4, 5]", "seeds: [4]");
        ablate(one, folder.resolve("first")).done();
        String more = one.replace("ragdiff/v1", "ragdiff/v2").replace("landmarkIou]", "lpipsShaped, distsShaped]");
        ablate(more, folder.resolve("second")).done();
        CellResult first = AblationResults.read(folder.resolve("first/results.json"))
                .cells()
                .get(0);
        CellResult second = AblationResults.read(folder.resolve("second/results.json"))
                .cells()
                .get(0);
        assertThat(second.values()).containsAllEntriesOf(first.values());
        for (String figure : List.of("lpipsShaped", "distsShaped")) {
            assertThat(first.values()).doesNotContainKey(figure);
            assertThat(second.values().get(figure)).hasSize(3).allMatch(v -> v > 0);
        }
    }

    @Test
    void measuresEveryCellAndGoesOnWhereItStopped() throws IOException {
        Path out = folder.resolve("out");
        CommandRun run = ablate(CONFIG, out).done();
        assertThat(run.out()).contains("Protocol ragdiff/v1", "| top1 (baseline) |", "results.json");
        AblationResults results = AblationResults.read(out.resolve("results.json"));
        assertThat(results.cells()).hasSize(6).noneMatch(CellResult::failed);
        assertThat(results.protocol()).isEqualTo(Protocols.named("ragdiff/v1"));
        assertThat(results.weights()).containsEntry("vae", Sha256.of(new ModelFiles(model).vae()));
        assertThat(results.data().get(0).garments()).hasSize(3);
        assertThat(results.data().get(0).description()).containsKeys("pairs", "database");
        CellResult none = results.cells().get(4);
        assertThat(none.variant()).containsEntry("aggregator", "none");
        assertThat(none.values()).containsKey("silhouetteIou").doesNotContainKey("landmarkIou");
        // Another seed is other noise, and nothing else.
        CellResult first = results.cells().get(0);
        CellResult second = results.cells().get(1);
        assertThat(second.values().get("landmarkIou")).isEqualTo(first.values().get("landmarkIou"));
        assertThat(second.values().get("ssim")).isNotEqualTo(first.values().get("ssim"));
        assertThat(Provenance.readBeside(out.resolve("results.json"))
                        .orElseThrow()
                        .configHash())
                .isEqualTo(Sha256.of(folder.resolve("config.yaml")));
        assertThat(Files.readString(out.resolve("table.md")))
                .isEqualTo(run.out().substring(0, run.out().indexOf("\n\n" + out) + 1));
        assertThat(out.resolve("table.csv")).isNotEmptyFile();
        assertThat(out.resolve("table.tex")).isNotEmptyFile();

        // A cell lost, the results gone: the same bytes.
        byte[] whole = Files.readAllBytes(out.resolve("results.json"));
        Files.delete(out.resolve("results.json"));
        Files.delete(folder.resolve("cache/cells").resolve(first.key() + ".json"));
        ablate(CONFIG, out).refused("--resume");
        ablate(CONFIG.replace("seeds: [4, 5]", "seeds: [4, 6]"), out, "--resume")
                .refused("another configuration");
        ablate(CONFIG, out, "--resume", "--parallel", "2").done();
        assertThat(Files.readAllBytes(out.resolve("results.json"))).isEqualTo(whole);
        // Two garments at a time or one is another computation; two cells at a time is not.
        Path other = folder.resolve("other");
        ablate(CONFIG.replace("batch: 2", "batch: 1"), other).done();
        assertThat(AblationResults.read(other.resolve("results.json"))
                        .cells()
                        .get(0)
                        .key())
                .isNotEqualTo(first.key());
    }

    @Test
    void aFailingCellIsReported() throws IOException {
        Path out = folder.resolve("out");
        String config = CONFIG.replace(
                        "axes: {aggregator: [slle, top1, none], steps: [1]}",
                        "axes: {database: [" + new ModelFiles(model).database() + ", " + folder.resolve("missing")
                                + "], steps: [1]}")
                .replace("baseline: {aggregator: top1}", "baseline: {}");
        CommandRun run = ablate(config, out);
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out()).contains("failed", "## Failed cells", "missing");
        assertThat(AblationResults.read(out.resolve("results.json")).failures()).hasSize(2);
        assertThat(out.resolve("logs/cell-0002.log")).content().contains("at org.ragdiff");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "top1, none]; top1, nonne]; axis aggregator: unknown aggregator \"nonne\", expected one of [decoded",
                "steps: [1]; stepps: [1]; unknown axis \"stepps\", expected one of [aggregator, aligner, refiner, sampler, steps",
                "steps: [1]; steps: [x]; axis steps: \"x\" is no number",
                "steps: [1]; sampler: [eulr]; unknown sampler eulr",
                "steps: [1]; drop: [hat]; expected one of [reference, structure, landmark], several joined by +",
                "ragdiff/v1; ragdiff/v9; protocol \"ragdiff/v9\" cannot be measured here",
                "landmarkIou]; fid]; does not define \"fid\", expected one of [silhouetteIou",
                "made: synth; made: photo; expected one of [synth, pairs:FILE.csv, photos:DIR]",
                "seedFactor: NESTED; seedFactor: CROSED; NESTED",
                "aggregator: top1}; aggregator: mean}; baseline's aggregator is \"mean\", expected one of [slle, top1, none]",
                "batch: 2; ''; batch: is missing"
            })
    void unknownNamesAreRefusedWithThoseThatExist(String from, String to, String words) throws IOException {
        assertThat(CONFIG).contains(from);
        ablate(CONFIG.replace(from, to), folder.resolve("out")).refused("config.yaml", words);
    }

    /** A cell that is known by less than its variant would give another variant's figures. */
    @Test
    void whateverAnAxisChangesIsAnotherCell() throws IOException {
        Path out = folder.resolve("out");
        ablate(
                        """
                        name: each
                        protocol: ragdiff/v1
                        metrics: [silhouetteIou]
                        axes: {aggregator: [top1, slle], aligner: [learned, one-look, none], refiner: [learned, none],
                          landmark-matte: [1, 0.5], silhouette-fusion: [0.7, 0.2], pattern-transfer: [1, 0.5],
                          guidance-landmark: [6, 2], drop: [nothing, structure], attribute-filter: [none, category],
                          fit: [letterbox, crop], steps: [1, 2]}
                        rows: {first: {}, a: {aggregator: slle}, b: {aligner: one-look}, c: {aligner: none},
                          d: {refiner: none}, e: {landmark-matte: 0.5}, f: {silhouette-fusion: 0.2},
                          g: {pattern-transfer: 0.5}, h: {guidance-landmark: 2}, i: {drop: structure},
                          j: {attribute-filter: category}, k: {fit: crop}, l: {steps: 2}}
                        baseline: {}
                        seeds: [4]
                        seedFactor: NESTED
                        data: {made: synth}
                        garments: 2
                        dataSeed: 2
                        batch: 2
                        """,
                        out)
                .done();
        assertThat(AblationResults.read(out.resolve("results.json")).cells())
                .extracting(CellResult::key)
                .hasSize(13)
                .doesNotHaveDuplicates();
    }

    @Test
    void axesChangeWhatTheyName() {
        Variant start = new Variant(
                new ModelFiles(model),
                java.util.Optional.empty(),
                Aggregators.byName("slle"),
                GenerationOptions.defaults(),
                Variant.Alignment.LEARNED,
                Variant.Refinement.LEARNED);
        Map<String, String> values = new java.util.LinkedHashMap<>();
        values.put("guidance", "2");
        values.put("guidance-landmark", "3");
        values.put("guidance-rescale", "0.5");
        values.put("drop", "reference+structure");
        values.put("attribute-filter", "category");
        values.put("sampler", "Euler");
        values.put("steps", "7");
        values.put("database", "db");
        values.put("refiner", "none");
        Variant v = AblationAxes.apply(start, values);
        assertThat(v.options().guidance().scales()).isEqualTo(new GuidanceScales(2, 2, 3, 0.5));
        assertThat(v.options().dropped()).containsExactlyInAnyOrder(Stream.REFERENCE, Stream.STRUCTURE);
        assertThat(v.options().attributeFilter().name()).isEqualTo("CATEGORY");
        assertThat(v.options().sampler()).isEqualTo("euler");
        assertThat(v.options().steps()).isEqualTo(7);
        assertThat(v.database()).contains(Path.of("db"));
        assertThat(v.refinement()).isEqualTo(Variant.Refinement.NONE);
        assertThat(AblationAxes.apply(start, Map.of("drop", "nothing"))).isEqualTo(start);
        assertThatThrownBy(() -> AblationAxes.apply(start, Map.of("steps", "1.5")))
                .hasMessageContaining("whole");
    }

    @Test
    void memoryIsGivenAsJavaDoes() throws Exception {
        assertThat(new ByteSize().convert("6g")).isEqualTo(6L << 30);
        assertThat(new ByteSize().convert("512M")).isEqualTo(512L << 20);
        assertThat(new ByteSize().convert("17")).isEqualTo(17);
        assertThatThrownBy(() -> new ByteSize().convert("lots")).hasMessageContaining("512m");
        CommandRun small = ablate(CONFIG, folder.resolve("small"), "--memory", "1k");
        assertThat(small.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(small.out()).contains("the budget has 1 MiB; give more with --memory");
    }
}
