package org.ragdiff.cli.parity;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of one family: an index and tensor files. Immutable. */
public final class FixtureFolder {
    private static final List<String> INDEXES = List.of("cases.json", "index.json", "expected.json");
    private static final long MAX_INDEX_BYTES = 100_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;

    FixtureFolder(Path path) {
        this.path = path;
    }

    /** Whether a folder has one of the indexes, or the name of a family that is known. */
    static boolean isFamily(Path folder) {
        return Files.isDirectory(folder)
                && (INDEXES.stream().anyMatch(i -> Files.exists(folder.resolve(i)))
                        || ParityFamilies.byName(nameOf(folder)).isPresent());
    }

    /** The families in a folder, by name. */
    static List<FixtureFolder> families(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(FixtureFolder::isFamily)
                    .sorted()
                    .map(FixtureFolder::new)
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String nameOf(Path folder) {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
    }

    public Path path() {
        return path;
    }

    /** The field {@code family} of the index, or else the folder's name; also where the index is malformed. */
    public String family() {
        try {
            return index().textOr("family", nameOf(path));
        } catch (IOException | FixtureException e) {
            return nameOf(path);
        }
    }

    /** File name of the index. */
    public String indexName() {
        return INDEXES.stream()
                .filter(i -> Files.exists(path.resolve(i)))
                .findFirst()
                .orElse(INDEXES.get(0));
    }

    /** The index as an object. */
    public FixtureObject index() throws IOException {
        return json(indexName());
    }

    /**
     * A JSON file of the folder.
     *
     * @throws FixtureException if it is missing, too large, no JSON or no object
     */
    public FixtureObject json(String file) throws IOException {
        Path p = resolve(file);
        if (Files.size(p) > MAX_INDEX_BYTES) {
            throw new FixtureException(
                    file + " has " + Files.size(p) + " bytes, at most " + MAX_INDEX_BYTES + " are read");
        }
        try {
            JsonNode node = JSON.readTree(p.toFile());
            return new FixtureObject(file, node);
        } catch (JacksonException e) {
            throw new FixtureException(file + " is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The tensors of a safetensors file of the folder; to be closed. */
    public FixtureTensors tensors(String file) throws IOException {
        return new FixtureTensors(resolve(file));
    }

    /**
     * The tensors of the only safetensors file of the folder; to be closed.
     *
     * @throws FixtureException if there is none or more than one
     */
    public FixtureTensors onlyTensors() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            List<Path> found = entries.filter(p -> p.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
            if (found.size() != 1) {
                throw new FixtureException(path + " has " + found.size() + " safetensors files, expected exactly one");
            }
            return new FixtureTensors(found.get(0));
        }
    }

    /** @throws FixtureException if there is no such file */
    public Path resolve(String file) {
        Path p = path.resolve(file);
        if (!Files.isRegularFile(p)) {
            throw new FixtureException(path + " has no file " + file);
        }
        return p;
    }
}
