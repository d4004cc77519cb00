package org.ragdiff.cli.train;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ragdiff.cli.BadInputException;

/**
 * Reads recipes of trainings and ablations: YAML whose keys are the components of a record, all of them known. A
 * component may be left out if a {@code @JsonProperty(defaultValue = "…")} says, in JSON, what it is then. Stateless.
 */
public final class Recipes {
    private static final int LARGEST = 1 << 20;
    /** How Jackson's message of a missing key begins; it has no exception of its own. */
    private static final String MISSING = "Missing creator property";

    /** Null is refused except where a record asks for it: a key without a value is a slip. */
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .annotationIntrospector(new DefaultValues())
            .injectableValues(new DefaultValues.Reading())
            .build();

    private Recipes() {}

    /** @throws BadInputException if the file is missing, has an unknown key, or a value that is not allowed */
    public static <T> T read(Path file, Class<T> type) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new BadInputException(
                    "no recipe " + file + ": give a YAML file such as those in recipes/demo and docs/ablations");
        }
        if (Files.size(file) > LARGEST) {
            throw new BadInputException(file + " has more than " + LARGEST + " bytes, expected a recipe");
        }
        try {
            return YAML.readValue(file.toFile(), type);
        } catch (JsonMappingException e) {
            throw new BadInputException(
                    file + ": " + path(e) + reason(e).lines().findFirst().orElse(""), e);
        } catch (JsonProcessingException e) {
            throw new BadInputException(file + ": " + e.getOriginalMessage(), e);
        }
    }

    private static String reason(JsonMappingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "unknown key, expected one of " + unknown.getKnownPropertyIds();
        }
        if (e instanceof InvalidNullException) {
            return "has no value";
        }
        if (e.getCause() instanceof IllegalArgumentException refused) {
            return refused.getMessage();
        }
        String message = e.getOriginalMessage();
        return message.startsWith(MISSING) ? "is missing" : message;
    }

    private static String path(JsonMappingException e) {
        StringBuilder out = new StringBuilder();
        for (JsonMappingException.Reference r : e.getPath()) {
            out.append(out.length() == 0 ? "" : ".").append(r.getFieldName() == null ? r.getIndex() : r.getFieldName());
        }
        return out.length() == 0 ? "" : out + ": ";
    }
}
