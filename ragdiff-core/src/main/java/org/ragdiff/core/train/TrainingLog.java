package org.ragdiff.core.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code log.jsonl}: one JSON object a logged step. Lines beyond a resumed checkpoint are dropped. */
final class TrainingLog {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Path file;

    /** @param stepsDone lines of later steps are removed; 0 starts a new log */
    TrainingLog(Path file, long stepsDone) throws IOException {
        this.file = file;
        List<String> kept = new ArrayList<>();
        if (stepsDone > 0 && Files.exists(file)) {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                if (line.endsWith("}") && JSON.readTree(line).path("step").asLong(Long.MAX_VALUE) <= stepsDone) {
                    kept.add(line);
                }
            }
        }
        Files.write(file, kept, StandardCharsets.UTF_8);
    }

    void append(long step, Map<String, Double> metrics) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.putAll(metrics);
        try {
            Files.writeString(file, JSON.writeValueAsString(line) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot append to the training log " + file, e);
        }
    }
}
