package org.ragdiff.retrieval.attributes.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.provenance.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers in a folder, a small JSON file each, by photo, prompt and model. An entry is taken only if it is byte by
 * byte what would be written for its content, its checksum included; any other is as if it were not there, and is
 * written again. Neither photos nor keys are stored. Thread-safe, and safe between processes.
 */
final class AnswerCache {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerCache.class);
    private static final int LARGEST = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    /** @throws IOException if the folder cannot be made */
    AnswerCache(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
    }

    /** What an answer depends on. */
    record Key(String photoHash, String promptHash, String model) {
        /** Photo and prompt are hashes of fixed length: no two keys give one text. */
        String hash() {
            return Sha256.of(photoHash + promptHash + model);
        }
    }

    Optional<GarmentAttributes> find(Key key) {
        Path file = file(key);
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (bytes.length <= LARGEST) {
            try {
                JsonNode words = JSON.readTree(bytes).path("attributes");
                GarmentAttributes found = AttributeWords.parse(
                        name -> Optional.ofNullable(words.path(name).textValue()));
                if (Arrays.equals(bytes, entry(key, found))) {
                    return Optional.of(found);
                }
            } catch (IOException e) {
                LOG.debug("an entry is no JSON", e);
            }
        }
        LOG.warn("the cached answer {} is damaged and will be written again", file.getFileName());
        return Optional.empty();
    }

    /** Where it cannot be written, a warning says so: the answer itself is not lost. */
    void put(Key key, GarmentAttributes attributes) {
        Path file = file(key);
        try {
            Files.createDirectories(file.getParent());
            AtomicFiles.write(file, entry(key, attributes));
        } catch (IOException e) {
            LOG.warn("cannot keep an answer of the language model: {}", e.getMessage());
        }
    }

    private Path file(Key key) {
        String hash = key.hash();
        return folder.resolve(hash.substring(0, 2)).resolve(hash + ".json");
    }

    private static byte[] entry(Key key, GarmentAttributes attributes) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("photo", key.photoHash());
        entry.put("prompt", key.promptHash());
        entry.put("model", key.model());
        entry.put("attributes", AttributeWords.of(attributes));
        try {
            entry.put("check", Sha256.of(JSON.writeValueAsString(entry)));
            return (JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text can be written as JSON", e);
        }
    }
}
