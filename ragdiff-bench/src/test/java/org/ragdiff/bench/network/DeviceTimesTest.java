package org.ragdiff.bench.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTimesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void timesOperationsAndWritesThemForPyTorch() throws Exception {
        DeviceTimes.main(new String[] {"kernels", folder.toString(), "16", "0.001"});
        List<String> rows = Files.readAllLines(folder.resolve("times.jsonl"));
        assertThat(rows).hasSizeGreaterThanOrEqualTo(14);
        for (String line : rows) {
            JsonNode row = JSON.readTree(line);
            assertThat(row.get("ms").asDouble()).isNotNegative();
            JsonNode program =
                    JSON.readTree(folder.resolve(row.get("program").asText()).toFile());
            assertThat(program.get("lines").asText()).contains("torch.");
            assertThat(program.get("inputs")).isNotEmpty();
            assertPython(program);
        }
    }

    /** The lines are those of a Python function; not checked where there is no Python. */
    private void assertPython(JsonNode program) throws IOException, InterruptedException {
        Path source = folder.resolve("program.py");
        Files.writeString(
                source,
                "def forward(x, w):\n" + program.get("lines").asText() + "  return "
                        + program.get("result").asText() + "\n");
        Process p;
        try {
            p = new ProcessBuilder("python3", "-m", "py_compile", source.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return;
        }
        String said = new String(p.getInputStream().readAllBytes());
        assertThat(p.waitFor()).as(said).isZero();
    }
}
