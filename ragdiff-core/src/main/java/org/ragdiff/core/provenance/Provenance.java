package org.ragdiff.core.provenance;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ragdiff.core.io.AtomicFiles;

/**
 * Where an artefact (weights, database, picture, report) comes from, in enough detail to make it
 * again. It is stored beside the artefact as {@code NAME.provenance.json} and inside safetensors
 * files under {@link #METADATA_KEY}. Immutable.
 *
 * @param kind what it is, such as {@code vae-weights}
 * @param command the command line that made it
 * @param configHash SHA-256 of the configuration, or empty
 * @param seed of all randomness
 * @param dataHash SHA-256 of the data it was made from ({@link Sha256#of(Path,
 *     java.util.Collection)}), or empty
 * @param weights SHA-256 of the weights that took part, by name
 * @param versions of the program and its platform, by name
 * @param protocol how it was measured or trained, in words, or empty
 * @param created ISO-8601 instant
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({"kind", "command", "configHash", "seed", "dataHash", "weights", "versions", "protocol", "created"})
public record Provenance(
        String kind,
        String command,
        String configHash,
        long seed,
        String dataHash,
        SortedMap<String, String> weights,
        SortedMap<String, String> versions,
        String protocol,
        String created) {
    /** Where safetensors metadata holds the JSON. */
    public static final String METADATA_KEY = "ragdiff.provenance";

    private static final int MAX_BYTES = 1 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    public Provenance {
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(protocol, "protocol");
        if (Objects.requireNonNull(kind, "kind").isBlank()) {
            throw new IllegalArgumentException("kind must say what the artefact is, got a blank");
        }
        checkDigest("configHash", configHash);
        checkDigest("dataHash", dataHash);
        weights = Collections.unmodifiableSortedMap(new TreeMap<>(Objects.requireNonNull(weights, "weights")));
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(Objects.requireNonNull(versions, "versions")));
        weights.forEach((name, digest) -> checkDigest("weights." + name, digest));
        try {
            Instant.parse(Objects.requireNonNull(created, "created"));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("created must be an ISO-8601 instant, got \"" + created + "\"", e);
        }
    }

    private static void checkDigest(String what, String digest) {
        if (!Objects.requireNonNull(digest, what).isEmpty() && !Sha256.isDigest(digest)) {
            throw new IllegalArgumentException(
                    what + " must be 64 lower-case hexadecimal digits or empty, got \"" + digest + "\"");
        }
    }

    /** Of this program, now; the rest by {@code withX}. */
    public static Provenance of(String kind, String command, long seed) {
        return new Provenance(
                kind,
                command,
                "",
                seed,
                "",
                new TreeMap<>(),
                Versions.current(),
                "",
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    public Provenance withConfigHash(String digest) {
        return new Provenance(kind, command, digest, seed, dataHash, weights, versions, protocol, created);
    }

    public Provenance withDataHash(String digest) {
        return new Provenance(kind, command, configHash, seed, digest, weights, versions, protocol, created);
    }

    /** With one more file of weights that took part. */
    public Provenance withWeights(String name, String digest) {
        TreeMap<String, String> more = new TreeMap<>(weights);
        more.put(name, digest);
        return new Provenance(kind, command, configHash, seed, dataHash, more, versions, protocol, created);
    }

    public Provenance withProtocol(String words) {
        return new Provenance(kind, command, configHash, seed, dataHash, weights, versions, words, created);
    }

    public Provenance withCreated(Instant instant) {
        return new Provenance(
                kind, command, configHash, seed, dataHash, weights, versions, protocol, instant.toString());
    }

    /** Indented JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of strings is always JSON", e);
        }
    }

    /**
     * @param name what messages call the source
     * @throws IOException if it is not such a record
     */
    public static Provenance fromJson(String json, String name) throws IOException {
        try {
            return JSON.readValue(json, Provenance.class);
        } catch (JsonProcessingException e) {
            throw new IOException(name + ": is not a provenance record (" + e.getOriginalMessage() + ")", e);
        }
    }

    /** {@code NAME.provenance.json} beside the artefact. */
    public static Path sidecar(Path artefact) {
        return artefact.resolveSibling(artefact.getFileName() + ".provenance.json");
    }

    /** Writes the sidecar of an artefact, at once or not at all. */
    public void writeBeside(Path artefact) throws IOException {
        AtomicFiles.write(sidecar(artefact), (toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the sidecar of an artefact.
     *
     * @return empty if it has none
     */
    public static Optional<Provenance> readBeside(Path artefact) throws IOException {
        Path file = sidecar(artefact);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(file + ": has more than " + MAX_BYTES + " bytes, expected a provenance record");
            }
            return Optional.of(fromJson(new String(bytes, StandardCharsets.UTF_8), file.toString()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** For the metadata of a safetensors file or the text of a PNG. */
    public Map<String, String> toMetadata() {
        return Map.of(METADATA_KEY, toJson());
    }

    /**
     * @param metadata of a safetensors file or the text of a PNG
     * @param name what messages call the source
     * @return empty if it has none
     */
    public static Optional<Provenance> fromMetadata(Map<String, String> metadata, String name) throws IOException {
        String json = metadata.get(METADATA_KEY);
        return json == null ? Optional.empty() : Optional.of(fromJson(json, name));
    }
}
