package org.ragdiff.eval.ablation;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.eval.protocol.MeasurementProtocol;
import org.ragdiff.eval.protocol.Protocols;

/**
 * The JSON of {@link AblationResults}. A protocol is written with all its fields and its hash, and read by its name:
 * a file whose hash is another one's is refused, its figures mean something else. Stateless.
 */
final class AblationJson {
    private static final long LARGEST = 1L << 30;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(MeasurementProtocol.class, new ProtocolWriter())
                    .addDeserializer(MeasurementProtocol.class, new ProtocolReader()))
            .build();

    /** Line ends of one kind on every platform. */
    private static final ObjectWriter WRITER =
            JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

    private AblationJson() {}

    static String write(AblationResults results) throws IOException {
        return WRITER.writeValueAsString(results) + "\n";
    }

    static void write(AblationResults results, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        AtomicFiles.write(file, write(results).getBytes(StandardCharsets.UTF_8));
    }

    static AblationResults read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " has more than " + LARGEST + " bytes, expected results of an ablation");
        }
        try {
            return JSON.readValue(Files.readAllBytes(file), AblationResults.class);
        } catch (JsonProcessingException e) {
            Throwable cause = e.getCause() instanceof IllegalArgumentException refused ? refused : e;
            String reason = cause instanceof JsonProcessingException p ? p.getOriginalMessage() : cause.getMessage();
            throw new IOException(file + " holds no results of an ablation: " + reason, e);
        }
    }

    private static final class ProtocolWriter extends JsonSerializer<MeasurementProtocol> {
        @Override
        public void serialize(MeasurementProtocol p, JsonGenerator to, SerializerProvider all) throws IOException {
            to.writeStartObject();
            to.writeStringField("name", p.name());
            to.writeStringField("hash", p.hash());
            to.writeObjectField("fields", p.fields());
            to.writeEndObject();
        }
    }

    private static final class ProtocolReader extends JsonDeserializer<MeasurementProtocol> {
        @Override
        public MeasurementProtocol deserialize(JsonParser from, DeserializationContext context) throws IOException {
            JsonNode node = from.readValueAsTree();
            String name = node.path("name").asText();
            String hash = node.path("hash").asText();
            MeasurementProtocol known;
            try {
                known = Protocols.named(name);
            } catch (IllegalArgumentException e) {
                throw context.weirdStringException(name, MeasurementProtocol.class, e.getMessage());
            }
            if (!known.hash().equals(hash)) {
                throw context.weirdStringException(
                        hash,
                        MeasurementProtocol.class,
                        "its protocol " + name + " is of hash " + hash + ", this version's of " + known.hash()
                                + "; read it with the version that wrote it");
            }
            return known;
        }
    }
}
