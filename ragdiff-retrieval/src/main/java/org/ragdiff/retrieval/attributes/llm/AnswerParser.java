package org.ragdiff.retrieval.attributes.llm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ragdiff.core.GarmentAttributes;

/**
 * Reads the model's answer. Only words of the schema get through, whatever a photo made the model write; warnings
 * never repeat its text. Stateless.
 */
final class AnswerParser {
    private static final int LONGEST = 4096;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(4)
                            .maxNumberLength(32)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private AnswerParser() {}

    /**
     * @param attributes what was told
     * @param warnings what was not as the schema has it, one line each
     */
    record Answer(GarmentAttributes attributes, List<String> warnings) {}

    /**
     * @param text may be null
     * @throws CallException if it is no JSON object, or too long
     */
    static Answer parse(String text) {
        if (text == null || text.isBlank()) {
            throw CallException.badAnswer("the answer is empty");
        }
        if (text.length() > LONGEST) {
            throw CallException.badAnswer("the answer is longer than " + LONGEST + " characters");
        }
        JsonNode answer;
        try {
            answer = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            // The cause would repeat the answer.
            throw CallException.badAnswer("the answer is no JSON");
        }
        if (!answer.isObject()) {
            throw CallException.badAnswer("the answer is no JSON object");
        }
        List<String> warnings = new ArrayList<>();
        GarmentAttributes attributes = AttributeWords.parse(
                name -> Optional.ofNullable(answer.get(name)).map(JsonNode::textValue));
        for (int i = 0; i < AttributeWords.FIELDS.size(); i++) {
            String name = AttributeWords.FIELDS.get(i);
            String word = AttributeWords.word(attributes.values().get(i));
            if (!answer.has(name)) {
                warnings.add(name + " is missing, taken as unknown");
            } else if (!word.equals(answer.get(name).textValue())) {
                warnings.add(name + " has a value that the schema does not know, taken as unknown");
            }
        }
        long extra = answer.size()
                - AttributeWords.FIELDS.stream().filter(answer::has).count();
        if (extra > 0) {
            warnings.add(extra + " fields that the schema does not know, ignored");
        }
        return new Answer(attributes, List.copyOf(warnings));
    }
}
