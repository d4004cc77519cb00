package org.ragdiff.cuda.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaLibrariesTest {
    @TempDir
    Path folder;

    private Path file(String name) throws Exception {
        Path f = folder.resolve(name);
        Files.createDirectories(f.getParent());
        return Files.createFile(f);
    }

    private Path real(String name) throws Exception {
        return file(name).toRealPath();
    }

    @Test
    void findsLibrariesInTheFoldersOfPipAndOfTheToolkit() throws Exception {
        Path runtime = real("site/nvidia/cu13/lib/libcudart.so.13");
        Path graph = real("site/nvidia/cudnn/lib/libcudnn_graph.so.9");
        Path builtins = real("toolkit/lib64/libnvrtc-builtins.so.13.0");
        file("toolkit/lib64/libcudart.so.13");
        Files.createSymbolicLink(folder.resolve("cuda"), folder.resolve("toolkit"));
        file("toolkit/lib64/libcudart.so.12");
        file("site/nvidia/cudnn/lib/libother.so");
        file("site/a/b/c/d/libcublasLt.so.13");
        String folders = folder.resolve("site") + File.pathSeparator + folder.resolve("cuda");
        assertThat(NvidiaLibraries.find(folders).values()).containsExactlyInAnyOrder(runtime, graph, builtins);
        assertThatThrownBy(() -> NvidiaLibraries.find(folder.resolve("none").toString()))
                .hasMessageContaining("no folder");
    }

    @Test
    void aMachineWithoutADeviceFileHasNoGpu() throws Exception {
        assumeTrue(System.getProperty("os.name").startsWith("Linux"), "device files are Linux's");
        assertThat(NvidiaLibraries.noDriver(folder))
                .hasValueSatisfying(r -> assertThat(r).contains("/dev/nvidia0"));
        file("dev/nvidia0");
        assertThat(NvidiaLibraries.noDriver(folder)).isEmpty();
    }
}
