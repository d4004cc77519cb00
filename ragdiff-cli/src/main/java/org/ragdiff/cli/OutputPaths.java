package org.ragdiff.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ragdiff.core.io.AtomicFiles;

/** Where commands write: checked before the work begins, made when the first file is ready. Stateless. */
public final class OutputPaths {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private OutputPaths() {}

    /**
     * Creates nothing.
     *
     * @param file to be written; null is fine
     * @throws BadInputException if it is a folder, or its folder cannot be made or written to
     */
    public static void requireWritableFile(Path file) {
        if (file == null) {
            return;
        }
        if (Files.isDirectory(file)) {
            throw new BadInputException("cannot write " + file + ": it is a folder; give the name of a file");
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            throw new BadInputException("cannot write " + file + ": give the name of a file in a folder");
        }
        requireWritableFolder(folder);
    }

    /**
     * Creates nothing.
     *
     * @throws BadInputException if it is a file, or cannot be made or written to
     */
    public static void requireWritableFolder(Path folder) {
        Path existing = folder.toAbsolutePath().normalize();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing)) {
            throw new BadInputException(
                    "cannot write in " + folder + ": " + existing + " is a file, not a folder; give another place");
        }
        if (!Files.isWritable(existing)) {
            throw new BadInputException("cannot write in " + folder + ": no permission to write in " + existing
                    + "; change its permissions or give another place");
        }
    }

    /**
     * Makes a file's folder where it is missing.
     *
     * @throws IOException with a one-line message
     */
    public static void makeFolderOf(Path file) throws IOException {
        makeFolder(file.toAbsolutePath().normalize().getParent());
    }

    /**
     * Makes a folder where it is missing.
     *
     * @throws IOException with a one-line message
     */
    public static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new IOException("cannot make the folder " + folder + ": " + reason + "; give another place", e);
        }
    }

    /** Indented JSON, at once or not at all; makes the folder. A null path writes nothing. */
    public static void writeJson(Path file, Object value) throws IOException {
        if (file != null) {
            makeFolderOf(file);
            AtomicFiles.write(file, (toJson(value) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Indented JSON. */
    public static String toJson(Object value) throws IOException {
        return JSON.writeValueAsString(value);
    }
}
