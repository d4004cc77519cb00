package org.ragdiff.eval.ablation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.provenance.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measured cells on disk, by the hash of their identity. A file appears whole or not at all, so that a run may be
 * killed at any moment; several processes may share a folder. Thread-safe.
 */
public final class CellCache {
    private static final Logger LOG = LoggerFactory.getLogger(CellCache.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final long LARGEST = 1L << 28;

    private final Path folder;

    /**
     * @param folder made with the first cell
     */
    public CellCache(Path folder) {
        this.folder = Objects.requireNonNull(folder, "folder");
    }

    /** The name of an identity: its SHA-256. */
    public static String key(String identity) {
        return Sha256.of(identity);
    }

    /** What a key holds; a file that is damaged counts as none. */
    public Optional<CellFigures> get(String key) throws IOException {
        Path file = file(key);
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + " has more than " + LARGEST + " bytes, expected a cell; delete it");
            }
            return Optional.of(JSON.readValue(Files.readAllBytes(file), CellFigures.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            LOG.warn("{} is damaged and will be measured again: {}", file, e.getOriginalMessage());
            return Optional.empty();
        }
    }

    public void put(String key, CellFigures figures) throws IOException {
        Files.createDirectories(folder);
        AtomicFiles.write(file(key), JSON.writeValueAsBytes(figures));
    }

    private Path file(String key) {
        if (!Sha256.isDigest(key)) {
            throw new IllegalArgumentException("a key is a SHA-256, got \"" + key + "\"");
        }
        return folder.resolve(key + ".json");
    }
}
