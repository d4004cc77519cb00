package org.ragdiff.retrieval.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Says in a directory who writes to it. The lock itself is the operating system's and ends with the
 * process; a note that a killed process left behind means nothing.
 */
final class WriterNote {
    static final String FILE_NAME = "writer.txt";
    private static final int LONGEST = 1024;

    private final Path file;

    private WriterNote(Path file) {
        this.file = file;
    }

    /** Written by the holder of the lock. */
    static WriterNote leave(Path directory) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        String text = "process " + self.pid()
                + self.info().user().map(u -> " of " + u).orElse("") + ", since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        WriterNote note = new WriterNote(directory.resolve(FILE_NAME));
        Files.writeString(note.file, text);
        return note;
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
    }

    /** What to tell who comes second. */
    static String refusal(Path directory) {
        return "the structure database " + directory + " is being written to by " + holder(directory)
                + ": wait until that is done, or end it; reading is possible meanwhile";
    }

    private static String holder(Path directory) {
        try (var in = Files.newInputStream(directory.resolve(FILE_NAME))) {
            String text = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "another process" : text;
        } catch (IOException e) {
            return "another process";
        }
    }
}
