package org.ragdiff.cli.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ragdiff.cli.BadInputException;

/** Reads training recipes: YAML whose keys are the components of a record, all of them known. Stateless. */
final class Recipes {
    private static final int LARGEST = 1 << 20;
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private Recipes() {}

    /** @throws BadInputException if the file is missing, has an unknown key, or a value that is not allowed */
    static <T> T read(Path file, Class<T> type) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new BadInputException("no recipe " + file + ": give a YAML file such as recipes/demo/vae.yaml");
        }
        if (Files.size(file) > LARGEST) {
            throw new BadInputException(file + " has more than " + LARGEST + " bytes, expected a recipe");
        }
        try {
            return YAML.readValue(file.toFile(), type);
        } catch (JsonMappingException e) {
            Throwable cause = e.getCause() instanceof IllegalArgumentException c ? c : e;
            String message = cause == e ? e.getOriginalMessage() : cause.getMessage();
            throw new BadInputException(
                    file + ": " + path(e) + message.lines().findFirst().orElse(""), e);
        } catch (JsonProcessingException e) {
            throw new BadInputException(file + ": " + e.getOriginalMessage(), e);
        }
    }

    private static String path(JsonMappingException e) {
        StringBuilder out = new StringBuilder();
        for (JsonMappingException.Reference r : e.getPath()) {
            out.append(out.length() == 0 ? "" : ".").append(r.getFieldName() == null ? r.getIndex() : r.getFieldName());
        }
        return out.length() == 0 ? "" : out + ": ";
    }
}
