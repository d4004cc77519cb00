package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.SafetensorsFile;

/** A run that was killed goes on to the losses of one that was not. */
class TrainerResumeTest {
    private static final int STEPS = 60;
    private static final int KILLED_AFTER = 27;

    private static void runToTheEnd(Path directory, boolean resume, String firstStep) throws Exception {
        Process p = TrainingProcess.start(directory, STEPS, resume, 0);
        try {
            String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(p.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(p.exitValue()).isZero();
            assertThat(out).startsWith(firstStep + " ");
        } finally {
            p.destroyForcibly();
        }
    }

    private static void runUntilKilled(Path directory) throws Exception {
        Process p = TrainingProcess.start(directory, STEPS, false, 20);
        try (BufferedReader out = p.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            while (line != null && !line.startsWith(KILLED_AFTER + " ")) {
                line = out.readLine();
            }
            assertThat(line).isNotNull();
        } finally {
            p.destroyForcibly();
        }
        assertThat(p.waitFor(10, TimeUnit.SECONDS)).isTrue();
        // 128 + SIGKILL where there are signals.
        assertThat(p.exitValue()).isNotZero();
        try (SafetensorsFile averaged = SafetensorsFile.open(Trainer.weights(directory))) {
            assertThat(Long.parseLong(averaged.metadata().get("ragdiff.step"))).isLessThan(STEPS);
        }
    }

    private static TreeMap<Long, Double> losses(Path directory) throws IOException {
        TreeMap<Long, Double> losses = new TreeMap<>();
        List<String> lines = Files.readAllLines(directory.resolve("log.jsonl"));
        for (String line : lines) {
            JsonNode step = new ObjectMapper().readTree(line);
            losses.put(step.get("step").asLong(), step.get("loss").asDouble());
        }
        assertThat(losses).as("each step once").hasSameSizeAs(lines);
        return losses;
    }

    @Test
    void aKilledRunGoesOnToTheSameLosses(@TempDir Path root) throws Exception {
        Path whole = root.resolve("whole");
        Path killed = root.resolve("killed");
        runToTheEnd(whole, false, "1");
        runUntilKilled(killed);
        TreeMap<Long, Double> before = losses(killed);
        assertThat(before.lastKey()).isBetween((long) KILLED_AFTER, STEPS - 1L);
        runToTheEnd(killed, true, Long.toString(before.lastKey() / 10 * 10 + 1));

        TreeMap<Long, Double> expected = losses(whole);
        TreeMap<Long, Double> resumed = losses(killed);
        assertThat(resumed.keySet()).isEqualTo(expected.keySet()).hasSize(STEPS);
        expected.forEach((step, loss) ->
                assertThat(resumed.get(step)).as("loss at step %d", step).isCloseTo(loss, within(1e-4 * loss)));
        assertThat(expected.get((long) STEPS)).isLessThan(expected.get(1L));
        try (SafetensorsFile a = SafetensorsFile.open(Trainer.weights(whole));
                SafetensorsFile b = SafetensorsFile.open(Trainer.weights(killed))) {
            for (String name : a.names()) {
                try (INDArray x = a.readFloat(name);
                        INDArray y = b.readFloat(name)) {
                    assertThat(x.sub(y).amaxNumber().doubleValue()).as(name).isLessThan(1e-3);
                }
            }
        }
    }
}
