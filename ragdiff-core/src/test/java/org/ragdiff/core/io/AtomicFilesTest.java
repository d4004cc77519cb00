package org.ragdiff.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path folder;

    @Test
    void replacesTheFile() throws Exception {
        Path file = folder.resolve("a.txt");
        AtomicFiles.write(file, "old".getBytes());
        AtomicFiles.write(file, out -> out.write("new".getBytes()));
        assertThat(file).hasContent("new");
        assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void failureLeavesTheOldFileAndNothingElse() throws Exception {
        Path file = folder.resolve("a.txt");
        AtomicFiles.write(file, "old".getBytes());
        assertThatThrownBy(() -> AtomicFiles.write(file, out -> {
                    out.write(new byte[100_000]);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("disk is full");
        assertThatThrownBy(() -> AtomicFiles.write(file, out -> {
                    throw new IOException("cannot encode", new IOException("No space left on device"));
                }))
                .hasMessageContaining("disk is full");
        assertThatThrownBy(() -> AtomicFiles.write(file, out -> {
                    throw new IllegalStateException("bug");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(file).hasContent("old");
        assertThat(Files.list(folder)).containsExactly(file);
    }

    @Test
    void missingFolderAndFolderInTheWay() {
        assertThatThrownBy(() -> AtomicFiles.write(folder.resolve("no/a.txt"), new byte[1]))
                .hasMessageContaining("does not exist; create it first");
        assertThatThrownBy(() -> AtomicFiles.write(folder, new byte[1])).hasMessageContaining("it is a folder");
    }

    @Test
    void noPermission() throws Exception {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "needs POSIX permissions");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeFalse(Files.isWritable(closed), "needs a user whom permissions bind (not root)");
        assertThatThrownBy(() -> AtomicFiles.write(closed.resolve("a.txt"), new byte[1]))
                .hasMessageContaining("no permission to write in " + closed);
    }
}
