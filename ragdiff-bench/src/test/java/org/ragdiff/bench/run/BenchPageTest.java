package org.ragdiff.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.ragdiff.bench.Catalogue;
import picocli.CommandLine;

/** The commands on the page of benchmarks exist. */
class BenchPageTest {
    private static final String CALL = "./ragdiff bench";

    @Test
    void commandsAndOptionsExist() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", "docs", "benchmarks", "README.md")).stream()
                .filter(l -> l.startsWith(CALL))
                .toList();
        assertThat(lines).hasSizeGreaterThan(2);
        for (String line : lines) {
            String[] args = Arrays.stream(line.substring(CALL.length()).strip().split("\\s+"))
                    .filter(a -> !a.isEmpty())
                    .map(a -> a.replace("'", ""))
                    .toArray(String[]::new);
            CommandLine.ParseResult parsed = new CommandLine(new BenchCommand()).parseArgs(args);
            Pattern only = Pattern.compile(parsed.matchedOptionValue("--only", ""));
            assertThat(Catalogue.all()).anyMatch(s -> only.matcher(s.id()).find());
        }
    }
}
