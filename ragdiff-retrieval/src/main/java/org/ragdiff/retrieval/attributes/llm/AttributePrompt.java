package org.ragdiff.retrieval.attributes.llm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.ragdiff.core.provenance.Sha256;

/**
 * What the model is told and the JSON schema of its answer. A version's texts never change; others are another
 * version. Immutable.
 *
 * @param version such as {@code v1}
 * @param instructions the system's message
 * @param schema JSON Schema whose only values are words of {@link AttributeWords}
 */
record AttributePrompt(String version, String instructions, String schema) {
    /** The version in use. */
    static final String CURRENT = "v1";

    /** What accompanies the photo. */
    static final String QUESTION = "Label the garment in this photo.";

    static AttributePrompt current() {
        return new AttributePrompt(
                CURRENT,
                resource("attributes-" + CURRENT + ".txt"),
                resource("attributes-" + CURRENT + ".schema.json"));
    }

    /** SHA-256 of all that is said beside the photo. */
    String hash() {
        return Sha256.of(String.join("\0", version, instructions, QUESTION, schema));
    }

    /** Version and the hash's beginning, such as {@code v1-0123456789ab}. */
    String label() {
        return version + "-" + hash().substring(0, 12);
    }

    private static String resource(String name) {
        try (InputStream in = AttributePrompt.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its resource " + name);
            }
            // A checkout may have other line ends.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the program's resource " + name, e);
        }
    }
}
