package org.ragdiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.TinyModel;
import org.ragdiff.core.tensor.KernelProviders;

class DoctorCommandTest {
    @TempDir
    Path directory;

    @Test
    void aMachineWithAModelIsWell() throws Exception {
        ModelFiles model = TinyModel.write(directory.resolve("model"));
        Path json = directory.resolve("doctor.json");
        CommandRun run = CommandRun.of("doctor", "--model", model.directory(), "--json", json);
        assertThat(run.done().out())
                .contains(
                        "networks run on",
                        "precision",
                        "limit of heap",
                        model.directory().toString())
                .contains(TinyModel.GARMENTS + " garments")
                .contains(KernelProviders.installed().get(0).name());
        JsonNode found = new ObjectMapper().readTree(json.toFile());
        assertThat(found.get("model").asText()).contains(TinyModel.SIDE + " px");
        assertThat(found.get("java").asText()).contains(System.getProperty("java.runtime.version"));
    }

    @Test
    void whatIsMissingIsTold() throws Exception {
        CommandRun none = CommandRun.of("doctor", "--model", directory.resolve("none"));
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.out()).contains("not found", "there is no model folder at");
        ModelFiles model = TinyModel.write(directory.resolve("model"));
        Files.move(model.database(), directory.resolve("elsewhere"));
        CommandRun half = CommandRun.of("doctor", "--model", model.directory());
        assertThat(half.code()).isEqualTo(1);
        assertThat(half.out()).contains("cannot be used: no structure database", "weights {diffusion=");
    }
}
