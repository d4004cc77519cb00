package org.ragdiff.cli.ablate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.retrieval.database.LuceneDatabase;

class ExpansionCommandTest {
    @TempDir
    Path directory;

    @Test
    void tellsWhatTheAdditionBrings() throws IOException {
        ModelFiles model = TinyModel.write(directory.resolve("model"));
        Path out = directory.resolve("expansion.json");
        Path page = directory.resolve("expansion.md");
        CommandRun.of(
                        "ablate",
                        "expansion",
                        "--model",
                        model.directory(),
                        "--add",
                        40,
                        "--garments",
                        6,
                        "--views",
                        2,
                        "--out",
                        out,
                        "--page",
                        page)
                .done();
        JsonNode json = new ObjectMapper().readTree(Files.readString(out));
        assertThat(json.get("weights").get("structure").asText()).isEqualTo(Sha256.of(model.structure()));
        try (LuceneDatabase base = LuceneDatabase.open(model.database())) {
            assertThat(json.get("entries").asInt())
                    .as("the model's own is as it was")
                    .isEqualTo(base.count());
        }
        for (String set : List.of("kimono", "the mix")) {
            JsonNode measured = json.get("sets").get(set);
            assertThat(measured.get("photos").asInt()).isEqualTo(12);
            assertThat(measured.get("garments").asInt()).isEqualTo(6);
            measured.get("gains").fields().forEachRemaining(gain -> assertThat(
                            gain.getValue().get("mean").asDouble())
                    .as(gain.getKey())
                    .isCloseTo(
                            mean(measured, "after/" + gain.getKey()) - mean(measured, "before/" + gain.getKey()),
                            within(1e-9)));
            // What offers the best of both is the better of the two.
            assertThat(mean(measured, "after/oracle"))
                    .isGreaterThanOrEqualTo(Math.max(mean(measured, "before/oracle"), mean(measured, "alone/oracle")));
            assertThat(mean(measured, "added among 16")).isBetween(0.0, 1.0);
            // What reads the photo alone does not see the database.
            if (measured.get("gains").has("decoded")) {
                assertThat(measured.get("gains").get("decoded").get("mean").asDouble())
                        .isZero();
            }
        }
        // Whatever the towers learned: among 40 more of the kind, one fits each better than all of the mix.
        JsonNode offered = json.get("sets").get("kimono").get("gains").get("oracle");
        assertThat(offered.get("low").asDouble()).isPositive();
        assertThat(Files.readString(page))
                .contains("## Garments of kimono: 6, 12 made photos")
                .contains("| the entry that fits best | ");
        assertThat(Provenance.readBeside(out)).isPresent();
    }

    private static double mean(JsonNode measured, String figure) {
        return measured.get("figures").get(figure).get("mean").asDouble();
    }

    @Test
    void refusesWhatMakesNoSense() {
        Path out = directory.resolve("none.json");
        assertThat(CommandRun.of("ablate", "expansion", "--add", 0, "--out", out)
                        .err())
                .contains("--add");
        assertThat(CommandRun.of("ablate", "expansion", "--kind", "TOGA", "--out", out)
                        .err())
                .contains("KIMONO");
        CommandRun bare = CommandRun.of("ablate");
        assertThat(bare.code()).isEqualTo(2);
        assertThat(bare.err()).contains("--config");
        assertThat(Files.exists(out)).isFalse();
    }
}
