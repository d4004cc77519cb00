package org.ragdiff.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a forked process tells the one that started it, beside numbers: a line in a file named by a property. */
final class ForkReport {
    /** The file; nothing is written without. */
    static final String FILE = "ragdiff.bench.report";

    private static final String PEER = "peer ";
    private static final String FAILURE = "failure ";

    private ForkReport() {}

    /** The name of the peer that is measured, empty if there is none. */
    static void peer(String name) {
        write(PEER + name);
    }

    /** Why the row cannot be measured. */
    static void failure(Throwable e) {
        write(FAILURE + String.valueOf(e.getMessage()).replace('\n', ' ') + " ("
                + e.getClass().getSimpleName() + ")");
    }

    /** The peer's name that the last fork wrote; empty if none did. */
    static String readPeer(Path file) throws IOException {
        return read(file, PEER);
    }

    /** The failure that the last fork wrote; empty if none did. */
    static String readFailure(Path file) throws IOException {
        return read(file, FAILURE);
    }

    private static String read(Path file, String prefix) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.stream()
                .filter(l -> l.startsWith(prefix))
                .findFirst()
                .map(l -> l.substring(prefix.length()))
                .orElse("");
    }

    private static void write(String line) {
        String file = System.getProperty(FILE);
        if (file == null) {
            return;
        }
        try {
            Files.writeString(Path.of(file), line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
