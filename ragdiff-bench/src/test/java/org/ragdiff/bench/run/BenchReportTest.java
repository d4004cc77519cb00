package org.ragdiff.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.Work;

/** The tables hold what was measured; ratio and share by hand. */
class BenchReportTest {
    private static RowResult row(Work work, double ours, double peer) {
        CaseSpec spec = new CaseSpec("conv3x3", "demo f32", work, CaseSpec.Effort.SHORT, true, () -> null);
        return new RowResult(spec, peer > 0 ? "libtorch x" : "", ours, peer, work.rate(ours), 0.01, 0, 5e6, 7e6, 1e-6);
    }

    private static BenchReport report(RowResult... rows) {
        return new BenchReport(Map.of("processor", "P"), Map.of(Work.Limit.F32, 200.0), List.of(rows), List.of());
    }

    @Test
    void jsonHasRatioAndShare(@TempDir Path folder) throws IOException {
        // 1e9 operations in 10 ms are 100 GFLOP/s.
        Path file = folder.resolve("new/out.json");
        report(row(Work.flops(1e9), 10, 8), row(Work.uncounted(), 3, 0)).writeJson(file);
        JsonNode root = new ObjectMapper().readTree(file.toFile());
        JsonNode first = root.get("rows").get(0);
        assertThat(first.get("name").asText()).isEqualTo("conv3x3");
        assertThat(first.get("params").asText()).isEqualTo("demo f32");
        assertThat(first.get("unit").asText()).isEqualTo("ms");
        assertThat(first.get("ours").asDouble()).isEqualTo(10);
        assertThat(first.get("peer").asText()).isEqualTo("libtorch x");
        assertThat(first.get("peerTime").asDouble()).isEqualTo(8);
        assertThat(first.get("ratio").asDouble()).isEqualTo(1.25);
        assertThat(first.get("share").asDouble()).isEqualTo(0.5);
        JsonNode second = root.get("rows").get(1);
        assertThat(second.get("ours").asDouble()).isEqualTo(3);
        for (String absent : List.of("peer", "peerTime", "ratio", "share")) {
            assertThat(second.get(absent).isNull()).as(absent).isTrue();
        }
    }

    @Test
    void markdownHasTheSameFigures() {
        String text = report(row(Work.flops(1e9), 10, 8)).markdown("ragdiff bench");
        assertThat(text)
                .contains("- processor: P")
                .contains("| conv3x3 | demo f32 | 10.0 | 8.00 | 1.25 | 100 GFLOP/s | 50% | 5 (7) | libtorch x |");
    }

    /** 16 images in 800 ms are 20 a second, in 1,000 ms 16; no machine has a limit of images. */
    @Test
    void trainingIsReportedInImagesASecond(@TempDir Path folder) throws IOException {
        RowResult step = row(Work.images(16), 800, 1000);
        BenchReport report = report(step);
        assertThat(report.markdown("ragdiff bench"))
                .contains("| conv3x3 | demo f32 | 800 | 1000 | 0.80 | 20.0 images/s (16.0) |  | 5 (7) | libtorch x |");
        Path file = folder.resolve("out.json");
        report.writeJson(file);
        JsonNode node = new ObjectMapper().readTree(file.toFile()).get("rows").get(0);
        assertThat(node.get("rate").asDouble()).isEqualTo(20);
        assertThat(node.get("peerRate").asDouble()).isEqualTo(16);
        assertThat(node.get("rateUnit").asText()).isEqualTo("images/s");
        assertThat(node.get("share").isNull()).isTrue();
        assertThat(MachineLimits.raised(Map.of(), List.of(step))).isEmpty();
    }

    @Test
    void limitsAreRaisedToWhatEitherSideReached() {
        Map<Work.Limit, Double> raised =
                MachineLimits.raised(Map.of(Work.Limit.F32, 200.0), List.of(row(Work.flops(1e9), 10, 4)));
        assertThat(raised.get(Work.Limit.F32)).isCloseTo(250, within(1e-9));
    }

    @Test
    void quantilesInterpolate() {
        assertThat(Measurement.median(new double[] {4, 1, 2, 3})).isEqualTo(2.5);
        assertThat(Measurement.quantile(new double[] {1, 2, 3, 4, 5}, 0.25)).isEqualTo(2);
    }
}
