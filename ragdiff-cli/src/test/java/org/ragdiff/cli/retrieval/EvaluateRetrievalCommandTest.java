package org.ragdiff.cli.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;

class EvaluateRetrievalCommandTest {
    private static final int GARMENTS = 70;
    private static final int VIEWS = 2;

    @TempDir
    static Path directory;

    private static ModelFiles model;

    @BeforeAll
    static void model() {
        model = TinyModel.write(directory.resolve("model"));
    }

    private static CommandRun evaluate(Object... more) {
        Object[] args = new Object[5 + more.length];
        System.arraycopy(
                new Object[] {"evaluate-retrieval", "--model", model.directory(), "--cache", directory.resolve("cache")
                },
                0,
                args,
                0,
                5);
        System.arraycopy(more, 0, args, 5, more.length);
        return CommandRun.of(args);
    }

    @Test
    void jsonAndPageHoldAllFiguresAndStrataAddUp() throws IOException {
        Path out = directory.resolve("retrieval.json");
        Path page = directory.resolve("retrieval.md");
        evaluate("--synth", GARMENTS, "--views", VIEWS, "--seed", 2, "--out", out, "--page", page)
                .done();
        JsonNode json = new ObjectMapper().readTree(Files.readString(out));
        assertThat(json.get("weights").get("structure").asText()).isEqualTo(Sha256.of(model.structure()));
        JsonNode all = json.get("strata").get(0);
        assertThat(all.get("photos").asInt()).isEqualTo(GARMENTS * VIEWS);
        assertThat(all.get("garments").asInt()).isEqualTo(GARMENTS);
        int photos = 0;
        for (int i = 1; i < json.get("strata").size(); i++) {
            photos += json.get("strata").get(i).get("photos").asInt();
        }
        assertThat(photos).isEqualTo(GARMENTS * VIEWS);
        for (String aggregator : RetrievalEvaluation.AGGREGATORS) {
            assertThat(mean(all, "iou/" + aggregator)).as(aggregator).isBetween(0.0, 1.0);
            assertThat(mean(all, "sharpness/" + aggregator)).as(aggregator).isPositive();
            if (!aggregator.equals("slle-field")) {
                // Each photo has every landmark, so that differences of means are means of differences.
                assertThat(all.get("differences").get(aggregator).get("mean").asDouble())
                        .isCloseTo(mean(all, "iou/slle-field") - mean(all, "iou/" + aggregator), within(1e-9));
            }
        }
        for (String by : List.of(
                "StructureNet", "colour histogram", "moments of the photo's mask", "generic tower (VAE latents)")) {
            assertThat(mean(all, "recall@5/" + by))
                    .isBetween(mean(all, "recall@1/" + by), mean(all, "recall@10/" + by));
            // The nearest is the own one or another's: to have the own one there cannot be worse on the whole than
            // the share of it that is found.
            assertThat(mean(all, "nearestWithOwn/" + by)).isGreaterThanOrEqualTo(mean(all, "recall@1/" + by) - 1e-9);
        }
        // Untrained towers find next to nothing among 140 standard images, colours find many.
        assertThat(mean(all, "recall@10/colour histogram"))
                .isGreaterThan(mean(all, "recall@10/StructureNet"))
                .isGreaterThan(0.2);
        assertThat(Files.readString(page))
                .contains("--synth 70 --views 2 --seed 2")
                .contains("| SLLE on the decoded field, fields blended | ")
                .contains("| hidden 0 to 10 % | ")
                .contains("| colour histogram | ");
        assertThat(Provenance.readBeside(out)).isPresent();
    }

    @Test
    void aDatabaseCondensedToItselfGivesTheSameLandmarksAndAFifthOthers() throws IOException {
        Path all = directory.resolve("all.json");
        evaluate("--synth", 40, "--views", 1, "--condense", 1, "--out", all).done();
        Path fifth = directory.resolve("fifth.json");
        Path page = directory.resolve("fifth.md");
        evaluate("--synth", 40, "--views", 1, "--condense", 0.2, "--out", fifth, "--page", page)
                .done();
        JsonNode whole = new ObjectMapper().readTree(Files.readString(all));
        JsonNode small = new ObjectMapper().readTree(Files.readString(fifth));
        for (String aggregator : RetrievalEvaluation.CONDENSED_AGGREGATORS) {
            String condensed = "iou/" + RetrievalEvaluation.CONDENSED + aggregator;
            double truth = mean(whole.get("strata").get(0), "iou/" + aggregator);
            assertThat(mean(whole.get("strata").get(0), condensed))
                    .as(aggregator)
                    .isCloseTo(truth, within(1e-9));
            assertThat(mean(small.get("strata").get(0), condensed))
                    .as(aggregator)
                    .isBetween(0.0, 1.0)
                    .isNotEqualTo(truth);
        }
        assertThat(small.get("data").get("condensed database").asText()).startsWith("8 of them");
        assertThat(Files.readString(page)).contains("| nearest entry alone; condensed database | ");
    }

    private static double mean(JsonNode stratum, String figure) {
        return stratum.get("figures").get(figure).get("mean").asDouble();
    }

    @Test
    void badNumbersAreRefused() {
        Path out = directory.resolve("none.json");
        assertThat(evaluate("--synth", 0, "--out", out).code()).isEqualTo(2);
        assertThat(evaluate("--synth", 3, "--condense", 0, "--out", out).err())
                .contains("--condense must be above 0 and at most 1, got 0.0");
        assertThat(evaluate("--synth", 3, "--views", 0, "--out", out).err()).contains("--views must be in 1..1000");
        assertThat(Files.exists(out)).isFalse();
    }
}
