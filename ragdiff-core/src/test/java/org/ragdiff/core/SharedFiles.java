package org.ragdiff.core;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reference data beside the checkout: {@code ../shared}. Tests that need it skip without it. */
public final class SharedFiles {
    private SharedFiles() {}

    /** The path under the shared folder; skips the test if it is not there. */
    public static Path require(String relative) {
        Optional<Path> found = find(relative);
        assumeTrue(found.isPresent(), "needs ../shared/" + relative + ", which is not there");
        return found.orElseThrow();
    }

    /** The path under the shared folder, if it is there. */
    public static Optional<Path> find(String relative) {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            Path candidate = p.resolve("shared").resolve(relative);
            if (Files.exists(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** A JSON file under the shared folder; skips the test if it is not there. */
    public static JsonNode json(String relative) {
        try {
            return new ObjectMapper().readTree(require(relative).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
