package org.ragdiff.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.random.TorchGenerator;

/** The command itself: its lines, its summary, its exit code, and fixtures that are broken. */
class ParityCommandTest {
    @TempDir
    private Path folder;

    /** A family of draws, one of which is wrong by {@code error}. */
    private Path draws(float error) throws Exception {
        Path family = Files.createDirectories(folder.resolve("torch-random"));
        Files.writeString(family.resolve("cases.json"), "{\"sequence\": []}");
        INDArray normals = new TorchGenerator(77).randn(2, 19);
        float[] wrong = FloatMemory.toArray(normals);
        wrong[3] += error;
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("shape.seed77.randn_2x19", normals);
        tensors.put("randn.seed77.n38", FloatMemory.array(wrong, 38));
        tensors.put("cauchy.seed1.n2", FloatMemory.array(new float[2], 2));
        SafetensorsWriter.write(family.resolve("draws.safetensors"), tensors, Dtype.F32, Map.of());
        return family;
    }

    @Test
    void aLineForEachCaseAndASummary() throws Exception {
        draws(0);
        Files.createDirectories(folder.resolve("quantum"));
        Files.writeString(folder.resolve("quantum/index.json"), "{}");
        Path json = folder.resolve("out/parity.json");
        CommandRun run = CommandRun.of("parity", folder, "--json", json).done();
        assertThat(run.out().lines())
                .containsExactlyInAnyOrder(
                        "PASS torch-random/shape.seed77.randn_2x19 0.00e+00 0.00e+00 2.0e-06 abs",
                        "PASS torch-random/randn.seed77.n38 0.00e+00 0.00e+00 2.0e-06 abs",
                        "SKIP torch-random/cauchy.seed1.n2 - - - torch's cauchy is not reproduced",
                        "SKIP quantum/all - - - family quantum is not supported",
                        "2 passed, 0 failed, 2 skipped");
        assertThat(run.out().lines().reduce((a, b) -> b)).hasValue("2 passed, 0 failed, 2 skipped");
        JsonNode all = new ObjectMapper().readTree(json.toFile());
        assertThat(all.get("passed").asInt()).isEqualTo(2);
        assertThat(all.get("cases")).hasSize(4);
        assertThat(all.get("provider").asText()).isNotEmpty();
    }

    @Test
    void aDeviationFails() throws Exception {
        CommandRun run = CommandRun.of("parity", draws(1e-3f));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .containsPattern("FAIL torch-random/randn.seed77.n38 1.00e-03 \\S+ 2.0e-06 abs worst: randn.seed77.n38")
                .contains("1 passed, 1 failed, 1 skipped");
    }

    @Test
    void theIndexMayNameTheFamily() throws Exception {
        Path other = Files.move(draws(0), folder.resolve("run-7"));
        Files.writeString(other.resolve("cases.json"), "{\"family\": \"torch-random\"}");
        assertThat(CommandRun.of("parity", other).done().out()).contains("2 passed, 0 failed, 1 skipped");
    }

    @Test
    void brokenFilesFailWithAMessage() throws Exception {
        Path family = draws(0);
        Files.writeString(family.resolve("cases.json"), "{\"sequence\": [");
        assertFails(family, "cases.json is not valid JSON");
        Files.writeString(family.resolve("cases.json"), "[]");
        assertFails(family, "cases.json is not a JSON object");
        Files.delete(family.resolve("cases.json"));
        assertFails(family, "has no file cases.json");
        Files.writeString(family.resolve("cases.json"), "{}");
        Files.writeString(family.resolve("draws.safetensors"), "nonsense nonsense");
        assertFails(family, "draws.safetensors");
        Files.delete(family.resolve("draws.safetensors"));
        assertFails(family, "0 safetensors files");
    }

    private static void assertFails(Path family, String words) {
        CommandRun run = CommandRun.of("parity", family);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).hasSize(2);
        assertThat(run.out()).startsWith("FAIL torch-random/files - - - ").contains(words, "0 passed, 1 failed");
    }

    @Test
    void wrongUse() throws Exception {
        CommandRun.of("parity").refused("DIR");
        CommandRun.of("parity", folder.resolve("none")).refused("none", "does not exist");
        CommandRun.of("parity", folder).refused("cases.json");
        CommandRun.of("parity", draws(0), "--json", folder).refused("it is a folder");
    }
}
