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
        assertThat(lines.stream().filter(l -> l.matches("PASS metrics/(pair[0-3]|ms[01]|m[0-2])\\b.*")))
                .as(String.join("\n", lines))
                .hasSize(4 * 13 + 2 * 2 + 3);
        assertThat(lines).noneMatch(l -> l.startsWith("FAIL"));
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
        assertThat(lines.stream().filter(l -> l.matches("PASS metrics/p[0-2] .*")))
                .hasSize(3);
    }
}
