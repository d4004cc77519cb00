package org.ragdiff.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.provider.Arguments;

/**
 * The files of {@code ../shared/oracles}: figures that other projects' tests and papers print. Parameterised tests take
 * all cases of a file, or of the kinds that they know, that are not marked weak; none is left out silently.
 */
public final class Oracles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Oracles() {}

    /** A file, or its copy among the owner's test resources; skips the test if there is neither. */
    public static JsonNode file(Class<?> owner, String name) {
        String relative = "oracles/" + name;
        Optional<Path> shared = SharedFiles.find(relative);
        try (InputStream copy = shared.isPresent() ? null : owner.getResourceAsStream("/" + relative)) {
            return copy != null
                    ? JSON.readTree(copy)
                    : JSON.readTree(SharedFiles.require(relative).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Id and case of all that are not weak.
     *
     * @param kinds what ids begin with; none for all cases
     */
    public static Stream<Arguments> cases(Class<?> owner, String name, String... kinds) {
        return StreamSupport.stream(file(owner, name).get("cases").spliterator(), false)
                .filter(c -> !c.has("weak"))
                .filter(c -> kinds.length == 0
                        || Arrays.stream(kinds)
                                .anyMatch(k -> c.get("id").asText().startsWith(k)))
                .map(c -> Arguments.of(c.get("id").asText(), c));
    }
}
