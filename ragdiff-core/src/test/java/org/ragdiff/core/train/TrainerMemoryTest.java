package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training step allocates nothing that grows. */
class TrainerMemoryTest {
    private static final String[] NAMES = {"step", "off-heap bytes", "bytes of the pool", "bytes of the process"};

    /** In a JVM whose heap is as large as it gets from the start: what grows then is not the heap. */
    @Test
    void memoryAfterThreeHundredStepsIsThatAfterFifty(@TempDir Path directory) throws Exception {
        Process p = TrainingProcess.start(directory, 300, false, 0, "-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch");
        List<long[]> steps = new ArrayList<>();
        try {
            for (String line : new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                steps.add(Arrays.stream(line.split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray());
            }
            assertThat(p.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(p.exitValue()).isZero();
        } finally {
            p.destroyForcibly();
        }
        long[] early = steps.get(49);
        long[] late = steps.get(299);
        assertThat(new long[] {early[0], late[0]}).containsExactly(50, 300);
        List<String> fifties =
                steps.stream().filter(x -> x[0] % 50 == 0).map(Arrays::toString).toList();
        for (int i = 1; i < NAMES.length; i++) {
            assertThat(early[i]).as(NAMES[i]).isPositive();
            assertThat(late[i]).as("%s in %s", NAMES[i], fifties).isCloseTo(early[i], Percentage.withPercentage(2));
        }
    }
}
