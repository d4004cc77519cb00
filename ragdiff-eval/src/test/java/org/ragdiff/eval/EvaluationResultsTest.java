package org.ragdiff.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.eval.metric.Pictures;

class EvaluationResultsTest {
    private static List<GarmentResult> garments() {
        List<GarmentResult> out = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            double with = 0.8 + 0.001 * i;
            out.add(new GarmentResult(
                    "g" + i,
                    "shirt",
                    i / 40.0,
                    Map.of("silhouetteIou", with, "silhouetteIouNoRetrieval", with - 0.05 - 0.0005 * i)));
        }
        return out;
    }

    @Test
    void jsonHasTheFieldsThatScriptsRead(@TempDir Path directory) throws Exception {
        EvaluationResults results = EvaluationResults.of(Protocol.V1, 7, Map.of("vae", "abc"), garments())
                .with("recallAt1", 0.5);
        Path file = directory.resolve("deep/results.json");
        results.write(file);
        JsonNode json = new ObjectMapper().readTree(Files.readString(file));
        assertThat(json.get("protocol").asText()).isEqualTo("ragdiff/v1");
        assertThat(json.get("seed").asLong()).isEqualTo(7);
        assertThat(json.get("weights").get("vae").asText()).isEqualTo("abc");
        assertThat(json.get("n").asInt()).isEqualTo(40);
        assertThat(json.get("recallAt1").asDouble()).isEqualTo(0.5);
        assertThat(json.get("mean").get("silhouetteIou").asDouble()).isEqualTo(0.8195, within(1e-12));
        JsonNode first = json.get("garments").get(0);
        assertThat(first.get("id").asText()).isEqualTo("g0");
        assertThat(first.get("silhouetteIou").asDouble()).isEqualTo(0.8);
        assertThat(first.has("figures")).isFalse();
        JsonNode comparison = json.get("comparisons").get(0);
        assertThat(comparison.get("against").asText()).isEqualTo("silhouetteIouNoRetrieval");
        assertThat(comparison.get("difference").get("mean").asDouble()).isEqualTo(0.05975, within(1e-9));
        assertThat(comparison.get("wilcoxon").get("pValue").asDouble()).isLessThan(1e-9);
        assertThat(json.get("interval").get("silhouetteIou").get("low").asDouble())
                .isBetween(0.81, 0.8195);
        JsonNode strata = json.get("strata");
        assertThat(strata).hasSize(4);
        assertThat(strata.get(0).get("n").asInt()).isEqualTo(4);
        assertThat(strata.get(3).get("n").asInt()).isEqualTo(20);
    }

    @Test
    void figuresMustBeFiniteAndNamed() {
        assertThatThrownBy(() -> new GarmentResult("a", null, null, Map.of("psnr", Double.NaN)))
                .hasMessageContaining("psnr");
        assertThatThrownBy(() -> new GarmentResult("a", null, null, Map.of("id", 1.0)))
                .hasMessageContaining("no name");
        assertThatThrownBy(() -> new GarmentResult("a", null, 1.5, Map.of())).hasMessageContaining("hiddenShare");
    }

    @Test
    void scorerGivesPerfectFiguresToTheTruth() {
        Silhouette s = Pictures.top(128, 0.2);
        RgbImage truth = Pictures.cloth(s, new int[] {120, 30, 60}, 5, 0, 0, 0);
        Map<String, Double> figures = new Scorer(Protocol.V1).compare(truth, truth, s);
        assertThat(figures.get("silhouetteIou")).isGreaterThan(0.995);
        assertThat(figures)
                .containsEntry("boundaryF", 1.0)
                .containsEntry("psnr", Scorer.MAX_PSNR)
                .containsEntry("deltaE", 0.0)
                .containsEntry("hallucination", 0.0);
        assertThatThrownBy(() -> new Scorer(Protocol.V1.atSide(64)).compare(truth, truth, s))
                .hasMessageContaining("ragdiff/v1@64");
        assertThat(Protocol.V1.atSide(64).atSide(128)).isEqualTo(Protocol.V1);
    }
}
