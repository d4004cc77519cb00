package org.ragdiff.core.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A checkpoint in several safetensors files, joined by a {@code *.safetensors.index.json} whose
 * {@code weight_map} names the file of each tensor. Shards lie beside the index. Thread-safe until
 * closed.
 */
public final class ShardedSafetensors implements TensorSource {
    private static final long MAX_INDEX_BYTES = 64 << 20;
    private static final int MAX_SHARDS = 1000;
    private static final JsonFactory JSON = JsonFactory.builder()
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNameLength(1 << 16)
                    .build())
            .build();

    private final Path path;
    private final Map<String, SafetensorsFile> shards;
    private final Map<String, SafetensorsFile> byTensor;
    private final Map<String, String> metadata;

    private ShardedSafetensors(Path path, Map<String, SafetensorsFile> shards, Map<String, SafetensorsFile> byTensor) {
        this.path = path;
        this.shards = shards;
        this.byTensor = Collections.unmodifiableMap(byTensor);
        Map<String, String> all = new LinkedHashMap<>();
        shards.values().forEach(s -> all.putAll(s.metadata()));
        this.metadata = Collections.unmodifiableMap(all);
    }

    /** @throws SafetensorsException if the index or a shard is malformed or a tensor is missing */
    public static ShardedSafetensors open(Path index) throws IOException {
        Map<String, String> weightMap = readIndex(index);
        Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
        Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, String> e : weightMap.entrySet()) {
                SafetensorsFile shard = shards.get(e.getValue());
                if (shard == null) {
                    if (shards.size() == MAX_SHARDS) {
                        throw new SafetensorsException(index, "names more than " + MAX_SHARDS + " files");
                    }
                    shard = SafetensorsFile.open(index.resolveSibling(e.getValue()));
                    shards.put(e.getValue(), shard);
                }
                shard.info(e.getKey());
                byTensor.put(e.getKey(), shard);
            }
            return new ShardedSafetensors(index, shards, byTensor);
        } catch (IOException | RuntimeException e) {
            for (SafetensorsFile s : shards.values()) {
                s.close();
            }
            throw e;
        }
    }

    private static Map<String, String> readIndex(Path index) throws IOException {
        try {
            if (Files.size(index) > MAX_INDEX_BYTES) {
                throw new SafetensorsException(
                        index, "has " + Files.size(index) + " bytes, an index has at most " + MAX_INDEX_BYTES);
            }
        } catch (NoSuchFileException e) {
            throw new SafetensorsException(index, "no such file", e);
        }
        Map<String, String> weightMap = null;
        try (JsonParser p = JSON.createParser(Files.readAllBytes(index))) {
            if (p.nextToken() == JsonToken.START_OBJECT) {
                while (p.nextToken() == JsonToken.FIELD_NAME) {
                    boolean wanted = p.currentName().equals("weight_map");
                    JsonToken value = p.nextToken();
                    if (wanted && value == JsonToken.START_OBJECT) {
                        weightMap = readWeightMap(index, p);
                    } else {
                        p.skipChildren();
                    }
                }
            }
        } catch (SafetensorsException e) {
            throw e;
        } catch (IOException e) {
            throw new SafetensorsException(
                    index,
                    "is not a valid index: "
                            + e.getMessage().lines().findFirst().orElse(""),
                    e);
        }
        if (weightMap == null) {
            throw new SafetensorsException(index, "has no weight_map; expected a *.safetensors.index.json");
        }
        return weightMap;
    }

    private static Map<String, String> readWeightMap(Path index, JsonParser p) throws IOException {
        Map<String, String> map = new LinkedHashMap<>();
        while (p.nextToken() == JsonToken.FIELD_NAME) {
            String tensor = p.currentName();
            String file = p.nextToken() == JsonToken.VALUE_STRING ? p.getText() : "";
            if (!file.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,250}")) {
                throw new SafetensorsException(
                        index,
                        "tensor \"" + tensor + "\" is said to be in \"" + file
                                + "\"; expected the plain name of a file beside the index");
            }
            map.put(tensor, file);
        }
        return map;
    }

    @Override
    public Set<String> names() {
        return byTensor.keySet();
    }

    @Override
    public TensorInfo info(String name) throws SafetensorsException {
        return shard(name).info(name);
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public INDArray readFloat(String name) throws IOException {
        return shard(name).readFloat(name);
    }

    @Override
    public INDArray read(String name, DataType type) throws IOException {
        return shard(name).read(name, type);
    }

    @Override
    public void readFloat(String name, INDArray target) throws IOException {
        shard(name).readFloat(name, target);
    }

    private SafetensorsFile shard(String name) throws SafetensorsException {
        SafetensorsFile shard = byTensor.get(name);
        if (shard == null) {
            throw new SafetensorsException(path, "has no tensor \"" + name + "\" among its " + byTensor.size());
        }
        return shard;
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        for (SafetensorsFile s : shards.values()) {
            try {
                s.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
