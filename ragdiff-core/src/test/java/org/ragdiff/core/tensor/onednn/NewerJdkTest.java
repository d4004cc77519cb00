package org.ragdiff.core.tensor.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layer for newer JDKs, compiled and run by one that is installed; Java 17 runs without it. */
class NewerJdkTest {
    private static final Path SOURCES = Path.of("src", "main", "java22");

    @TempDir
    Path classes;

    @Test
    void passesInVectorsAgreeWithDoublePrecision() throws Exception {
        Optional<Path> jdk = newerJdk();
        assumeTrue(jdk.isPresent(), "no JDK of version 22 or newer found (this one, JAVA_HOME_25, /usr/lib/jvm)");
        Path bin = jdk.get().resolve("bin");
        String path = classes + File.pathSeparator + System.getProperty("java.class.path");
        List<String> javac = new ArrayList<>(List.of(
                bin.resolve("javac").toString(),
                "--release",
                "22",
                "--add-modules",
                "jdk.incubator.vector",
                "-nowarn"));
        javac.addAll(List.of("-cp", path, "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(SOURCES)) {
            files.filter(f -> f.toString().endsWith(".java"))
                    .map(Path::toString)
                    .forEach(javac::add);
        }
        assertThat(run(javac)).doesNotContain("error:");

        List<String> java = new ArrayList<>(List.of(bin.resolve("java").toString(), "-Xmx512m"));
        java.addAll(List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
        java.addAll(List.of("-Dragdiff.threads=2", "-cp", path, VectorPassesProgram.class.getName()));

        assertThat(run(java)).endsWith("agree\n");
    }

    @Test
    void java17HasNone() {
        assumeTrue(Runtime.version().feature() < 22, "runs on Java " + Runtime.version());
        assertThat(NewerJdk.passes()).isNull();
    }

    private static Optional<Path> newerJdk() throws IOException {
        List<Path> homes = new ArrayList<>();
        homes.add(Path.of(System.getProperty("java.home")));
        Optional.ofNullable(System.getenv("JAVA_HOME_25")).map(Path::of).ifPresent(homes::add);
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> found = Files.list(installed)) {
                found.sorted().forEach(homes::add);
            }
        }
        return homes.stream().filter(NewerJdkTest::isNewer).findFirst();
    }

    private static boolean isNewer(Path home) {
        try {
            return Files.isExecutable(home.resolve("bin").resolve("javac"))
                    && Files.readAllLines(home.resolve("release")).stream()
                            .filter(l -> l.startsWith("JAVA_VERSION="))
                            .map(l -> l.replaceAll("[^0-9.]", "").replaceAll("\\..*", ""))
                            .anyMatch(v -> !v.isEmpty() && Integer.parseInt(v) >= 22);
        } catch (IOException e) {
            return false;
        }
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
