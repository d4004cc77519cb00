package org.ragdiff.diffusion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.NamePattern;

/**
 * Weights that carry their configuration: a safetensors file whose metadata holds it as JSON under {@code
 * ragdiff.config}. A {@code config.json} beside the file, if there is one, takes precedence. Names no
 * class: who reads it says what it must be.
 */
public final class StoredWeights {
    /** Metadata key of the configuration. */
    public static final String CONFIG = "ragdiff.config";
    /** Metadata key of the kind of network, such as {@code vae}. */
    public static final String KIND = "ragdiff.kind";

    private static final String WEIGHTS = "weights.safetensors";
    private static final long MAX_CONFIG_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Map<String, String> metadata;

    private StoredWeights(Path file, Map<String, String> metadata) {
        this.file = file;
        this.metadata = metadata;
    }

    /**
     * @param path a safetensors file, or a directory with {@code weights.safetensors}
     * @throws IOException if there is no such file or it is malformed
     */
    public static StoredWeights open(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve(WEIGHTS) : path;
        if (!Files.isRegularFile(file)) {
            throw new IOException("no weights at " + file + ": train the network first, or give another path");
        }
        Map<String, String> metadata;
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            metadata = new LinkedHashMap<>(f.metadata());
        }
        Path config = file.resolveSibling("config.json");
        if (Files.isRegularFile(config)) {
            if (Files.size(config) > MAX_CONFIG_BYTES) {
                throw new IOException(config + " is larger than " + MAX_CONFIG_BYTES + " bytes");
            }
            metadata.put(CONFIG, Files.readString(config));
        }
        return new StoredWeights(file, metadata);
    }

    /** Metadata that {@link #config} reads back. */
    public static Map<String, String> metadata(String kind, Object config) {
        Map<String, String> meta = new LinkedHashMap<>();
        meta.put(KIND, kind);
        meta.put(CONFIG, toJson(config));
        return meta;
    }

    public static String toJson(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value + " as JSON", e);
        }
    }

    /**
     * The configuration.
     *
     * @throws IOException if the file is of another kind, has none, or it has unknown keys or bad values
     */
    public <T> T config(String kind, Class<T> type) throws IOException {
        String found = metadata.get(KIND);
        if (found != null && !found.equals(kind)) {
            throw new IOException(file + " holds weights of kind " + found + ", expected " + kind);
        }
        return entry(CONFIG, type);
    }

    /** A JSON value of the metadata. */
    public <T> T entry(String key, Class<T> type) throws IOException {
        String json = metadata.get(key);
        if (json == null) {
            throw new IOException(file + " has no metadata " + key + ": it was not written by this project's trainer");
        }
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IOException("metadata " + key + " of " + file + " is not valid: " + e.getOriginalMessage(), e);
        }
    }

    /** A text of the metadata, or null. */
    public String text(String key) {
        return metadata.get(key);
    }

    /**
     * Copies the weights into a module that may have more: what the file lacks stays as it is.
     *
     * @param anew names that stay as they are whatever the file has, which may be of other shapes
     * @return the names that were not copied
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the file has another name that the module lacks, or another shape; or if a
     *     pattern matches none of the module's names
     */
    public SortedSet<String> loadIntoLarger(Module module, List<NamePattern> anew) throws IOException {
        Map<String, INDArray> own = module.state();
        anew.forEach(pattern -> pattern.requireMatch("what is anew", own.keySet()));
        Map<String, INDArray> state = new LinkedHashMap<>(own);
        SortedSet<String> missing = new TreeSet<>(own.keySet());
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            for (String name : f.names()) {
                if (anew.stream().noneMatch(pattern -> pattern.matches(name))) {
                    state.put(name, f.readFloat(name));
                    missing.remove(name);
                }
            }
            module.load(state);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        } finally {
            state.forEach((name, a) -> {
                if (a != own.get(name)) {
                    a.close();
                }
            });
        }
        return missing;
    }

    /**
     * Copies the weights into a module.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if names or shapes differ
     */
    public void loadInto(Module module) throws IOException {
        Map<String, INDArray> state = new LinkedHashMap<>();
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            for (String name : f.names()) {
                state.put(name, f.readFloat(name));
            }
            module.load(state);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        } finally {
            state.values().forEach(INDArray::close);
        }
    }
}
