package org.ragdiff.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All kernel sources compile to machine code for Ampere, Hopper and Blackwell. */
class KernelsCompileTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
    void compilesFor(String architecture) throws Exception {
        assumeTrue(runs("nvcc", "--version"), "there is no nvcc on the path, so the CUDA sources are not compiled");
        Path source = folder.resolve("kernels.cu");
        Path log = folder.resolve("log");
        Path code = folder.resolve("kernels.cubin");
        Files.writeString(source, KernelSources.text());
        Process p = new ProcessBuilder(
                        "nvcc",
                        "-std=c++17",
                        "-Werror",
                        "all-warnings",
                        // Whether it compiles, not how well: a third of the time.
                        "-Xcicc",
                        "-O1",
                        "-Xptxas",
                        "-O0",
                        "-arch=" + architecture,
                        "-cubin",
                        "-o",
                        code.toString(),
                        source.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(p.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(p.exitValue()).as(Files.readString(log)).isZero();
        assertThat(Files.size(code)).isGreaterThan(10_000);
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
