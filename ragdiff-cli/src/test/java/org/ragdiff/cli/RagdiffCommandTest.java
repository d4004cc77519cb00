package org.ragdiff.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.provenance.Versions;

class RagdiffCommandTest {
    @TempDir
    Path directory;

    @Test
    void wrongUseIsOneLine() {
        CommandRun.of("nonsense").refused("nonsense", "--help");
        CommandRun.of("--nonsense").refused("--nonsense", "--help");
        CommandRun.of().refused("--help");
    }

    @Test
    void helpAndVersion() {
        assertThat(CommandRun.of("--help").done().out()).contains("Usage: ragdiff");
        String version = CommandRun.of("--version").done().out();
        assertThat(version).startsWith("ragdiff " + Versions.ragdiff());
        for (String command : List.of("generate", "parity", "data synth", "index build", "train vae", "doctor")) {
            List<Object> words = new ArrayList<>(List.of(command.split(" ")));
            words.add("-V");
            assertThat(CommandRun.of(words.toArray()).done().out()).as(command).isEqualTo(version);
        }
    }

    @Test
    void outputsAreCheckedBeforeTheWork() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThatRefused(() -> OutputPaths.requireWritableFile(directory), "it is a folder");
        assertThatRefused(() -> OutputPaths.requireWritableFile(file.resolve("a/b.png")), "is a file, not a folder");
        assertThatRefused(() -> OutputPaths.requireWritableFolder(file), "is a file, not a folder");
        OutputPaths.requireWritableFile(directory.resolve("new/folder/a.png"));
        OutputPaths.requireWritableFile(null);
        assertThat(Files.list(directory)).containsExactly(file);
    }

    private static void assertThatRefused(Runnable check, String words) {
        assertThatThrownBy(check::run).isInstanceOf(BadInputException.class).hasMessageContaining(words);
    }
}
