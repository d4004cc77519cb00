package org.ragdiff.retrieval.structurenet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.provenance.Sha256;

/**
 * A trained {@link StructureNet} in a file: safetensors whose metadata holds the configuration, or a {@code
 * config.json} beside them, which takes precedence.
 *
 * @param net with the weights in
 * @param fingerprint SHA-256 of weights and configuration, 16 hexadecimal digits kept
 */
public record StructureNetWeights(StructureNet net, String fingerprint) {
    private static final String KIND_KEY = "ragdiff.kind";
    private static final String KIND = "structurenet";
    private static final String APPEARANCE = "appearance.";
    private static final String CONFIG_KEY = "ragdiff.config";
    private static final long MAX_CONFIG_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the weights' metadata must hold for {@link #load}. */
    public static Map<String, String> metadata(StructureNetConfig config) {
        Map<String, String> meta = new LinkedHashMap<>();
        meta.put(KIND_KEY, KIND);
        meta.put(CONFIG_KEY, toJson(config));
        return meta;
    }

    /** The configuration as JSON. */
    public static String toJson(StructureNetConfig config) {
        try {
            return JSON.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + config + " as JSON", e);
        }
    }

    /**
     * @param path safetensors file, or a directory with {@code weights.safetensors}
     * @throws IOException if there is no such file, it is malformed, of another kind, or does not fit its
     *     configuration
     */
    public static StructureNetWeights load(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve("weights.safetensors") : path;
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "no StructureNet weights at " + file + ": train the network first, or give another path");
        }
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            String kind = stored.metadata().get(KIND_KEY);
            if (kind != null && !kind.equals(KIND)) {
                throw new IOException(file + " holds weights of kind " + kind + ", expected " + KIND);
            }
            String json = configuration(file, stored);
            StructureNet net = unset(file, json);
            try {
                fill(net, file, stored);
            } catch (IOException | RuntimeException e) {
                net.close();
                throw e;
            }
            String both = Sha256.of(file) + "\n" + json;
            return new StructureNetWeights(net, Sha256.of(both).substring(0, 16));
        }
    }

    /**
     * Trained weights in a network with a new appearance part, whose parameters are random; the file's own
     * appearance part, if it has one, is left out.
     *
     * @param path as {@link #load}
     * @throws IOException as {@link #load}
     */
    public static StructureNet extended(Path path, AppearanceConfig appearance, SplittableRandom random)
            throws IOException {
        try (StructureNet trained = load(path).net()) {
            StructureNet net = new StructureNet(random, trained.config().withAppearance(appearance));
            Map<String, INDArray> state = new LinkedHashMap<>(net.state());
            trained.state().forEach((name, value) -> {
                if (!name.startsWith(APPEARANCE)) {
                    state.put(name, value);
                }
            });
            net.load(state);
            return net;
        }
    }

    private static String configuration(Path file, SafetensorsFile stored) throws IOException {
        Path beside = file.resolveSibling("config.json");
        if (Files.isRegularFile(beside)) {
            if (Files.size(beside) > MAX_CONFIG_BYTES) {
                throw new IOException(beside + " is larger than " + MAX_CONFIG_BYTES + " bytes");
            }
            return Files.readString(beside);
        }
        String json = stored.metadata().get(CONFIG_KEY);
        if (json == null) {
            throw new IOException(file + " has no metadata " + CONFIG_KEY + " and no config.json beside it:"
                    + " it was not written by this project's trainer");
        }
        return json;
    }

    private static StructureNet unset(Path file, String json) throws IOException {
        try {
            return new StructureNet(null, JSON.readValue(json, StructureNetConfig.class));
        } catch (JsonProcessingException e) {
            throw new IOException("the configuration of " + file + " is not valid: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("the configuration of " + file + " is not valid: " + e.getMessage(), e);
        }
    }

    private static void fill(StructureNet net, Path file, SafetensorsFile stored) throws IOException {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (String name : stored.names()) {
            shapes.put(name, stored.info(name).shape());
        }
        try {
            net.requireFit(shapes);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        for (Map.Entry<String, Parameter> p : net.parameters().entrySet()) {
            stored.readFloat(p.getKey(), p.getValue().value());
        }
    }
}
