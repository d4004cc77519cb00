package org.ragdiff.cli.measure;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.eval.protocol.MeasurementProtocol;

/**
 * What {@code ragdiff measure} writes. Nothing in it depends on the time or the folders' places.
 *
 * @param base name of the protocol that pictures were prepared under
 * @param figures each with its protocol
 * @param data SHA-256 of the results' and the truths' names and contents
 * @param networks SHA-256 by name
 * @param notes what the values do not say by themselves
 * @param pairs names, in order
 * @param values of the figures of pairs, in order of the pairs
 */
@JsonPropertyOrder({"base", "figures", "data", "networks", "notes", "pairs", "values"})
record MeasureResults(
        @JsonProperty(required = true) String base,
        @JsonProperty(required = true) List<MeasuredFigure> figures,
        @JsonProperty(required = true) Map<String, String> data,
        @JsonProperty(required = true) Map<String, String> networks,
        @JsonProperty(required = true) List<String> notes,
        @JsonProperty(required = true) List<String> pairs,
        @JsonProperty(required = true) Map<String, double[]> values) {
    private static final long MAX_BYTES = 1L << 28;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    MeasureResults {
        figures = List.copyOf(figures);
        notes = List.copyOf(notes);
        pairs = List.copyOf(pairs);
        Objects.requireNonNull(networks, "networks");
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(data.get("truths"), "data.truths");
    }

    void write(Path file) throws IOException {
        OutputPaths.writeJson(file, this);
    }

    /** @throws BadInputException if it is missing, broken, or a figure's fields do not have its hash */
    static MeasureResults read(Path file) throws IOException {
        MeasureResults out;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BadInputException(file + " has more than " + MAX_BYTES + " bytes: no results of measure");
            }
            out = JSON.readValue(file.toFile(), MeasureResults.class);
        } catch (NoSuchFileException e) {
            throw new BadInputException(file + ": no such file; give results that `ragdiff measure --out` wrote", e);
        } catch (JacksonException e) {
            throw new BadInputException(
                    file + " holds no results of `ragdiff measure --out`: " + e.getOriginalMessage(), e);
        }
        for (MeasuredFigure f : out.figures) {
            if (!MeasurementProtocol.hash(f.protocol()).equals(f.protocolHash())) {
                throw new BadInputException(file + ": the protocol of " + f.figure() + " does not have the hash "
                        + f.protocolHash() + " beside it: the file was changed; measure again");
            }
        }
        out.values.forEach((name, v) -> {
            if (v.length != out.pairs.size()) {
                throw new BadInputException(file + ": " + name + " has " + v.length + " values for " + out.pairs.size()
                        + " pairs; measure again");
            }
        });
        return out;
    }

    Optional<MeasuredFigure> figure(String name) {
        return figures.stream().filter(f -> f.figure().equals(name)).findFirst();
    }
}
