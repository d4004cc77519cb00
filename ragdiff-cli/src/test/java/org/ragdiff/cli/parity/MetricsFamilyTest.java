package org.ragdiff.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.core.SharedFiles;

/** The pixel metrics of the family {@code metrics}: every entry passes. */
class MetricsFamilyTest {
    @Test
    void pixelMetricsPass() {
        List<String> lines = CommandRun.of("parity", SharedFiles.require("fixtures/metrics"))
                .out()
                .lines()
                .toList();
        for (String c : List.of("m0", "m1", "m2")) {
            assertThat(lines).anyMatch(l -> l.startsWith("PASS metrics/" + c + " "));
        }
    }

    @Test
    void distancesOfFeaturesPass() {
        List<String> lines = CommandRun.of("parity", SharedFiles.require("fixtures/metrics"))
                .out()
                .lines()
                .toList();
        assertThat(lines.stream().filter(l -> l.startsWith("PASS metrics/frechet_")))
                .hasSize(6);
        assertThat(lines.stream().filter(l -> l.startsWith("PASS metrics/kid_")))
                .hasSize(2);
        assertThat(lines.stream().filter(l -> l.startsWith("PASS metrics/prdc_")))
                .hasSize(2);
    }
}
