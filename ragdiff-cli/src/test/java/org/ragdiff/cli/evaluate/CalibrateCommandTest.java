package org.ragdiff.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.slle.ManifoldCalibration;

class CalibrateCommandTest {
    @TempDir
    Path folder;

    private Path results(int garments) throws IOException {
        StringBuilder text = new StringBuilder("{\"settings\":{\"aggregator\":\"slle\"},\"garments\":[");
        for (int i = 0; i < garments; i++) {
            // Scores 0, 0.01, ... in pairs; bad from 0.5 on.
            double score = i / 2 / 100.0;
            text.append(i == 0 ? "" : ",")
                    .append("{\"outOfManifold\":" + score + ",\"landmarkIou\":" + (score < 0.5 ? 0.9 : 0.6) + "}");
        }
        return Files.writeString(folder.resolve("results.json"), text.append("]}"));
    }

    @Test
    void aSharpBoundaryIsFoundAndMeasuredOnTheOtherHalf() throws IOException {
        Path out = folder.resolve("manifold.json");
        Path json = folder.resolve("summary.json");
        CommandRun run =
                CommandRun.of("calibrate", "--results", results(200), "--out", out, "--share", 0.9, "--json", json);
        // 50 of 100 bad, scores 0.50 to 0.99: the 5th smallest is 0.54.
        assertThat(run.done().out()).contains("scores from 0.5400", "on the other 100: 50 bad, 46 flagged");
        ManifoldCalibration c = ManifoldCalibration.read(out);
        assertThat(c.threshold()).isEqualTo(0.54);
        assertThat(c.probability(0.49)).isZero();
        assertThat(c.probability(0.5)).isEqualTo(1);
        JsonNode rest = new ObjectMapper().readTree(json.toFile()).get("rest");
        assertThat(rest.get("recall").asDouble()).isEqualTo(0.92);
        assertThat(rest.get("precision").asDouble()).isEqualTo(1);
    }

    @Test
    void badInputIsNamed() throws IOException {
        Path out = folder.resolve("manifold.json");
        CommandRun.of("calibrate", "--results", results(10), "--out", out).refused("10 garments");
        CommandRun.of("calibrate", "--results", results(50), "--out", out, "--share", 1)
                .refused("share must be in");
        assertThat(out).doesNotExist();
    }
}
