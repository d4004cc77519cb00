package org.ragdiff.retrieval.attributes.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.GarmentAttributes.Closure;
import org.ragdiff.core.GarmentAttributes.Fit;
import org.ragdiff.core.GarmentAttributes.Length;
import org.ragdiff.core.GarmentAttributes.Neckline;
import org.ragdiff.core.GarmentAttributes.Sleeve;
import org.ragdiff.core.provenance.Sha256;

class AnswerParserTest {
    @Test
    void wordsBecomeAttributes() {
        AnswerParser.Answer answer = AnswerParser.parse("{\"category\":\"long-sleeve\",\"sleeve\":\"long\","
                + "\"neckline\":\"v\",\"length\":\"hip\",\"closure\":\"zip\",\"fit\":\"unknown\"}");
        assertThat(answer.attributes())
                .isEqualTo(new GarmentAttributes(
                        Category.LONG_SLEEVE, Sleeve.LONG, Neckline.V, Length.HIP, Closure.ZIP, Fit.UNKNOWN));
        assertThat(answer.warnings()).isEmpty();
    }

    /** None of them is a word of the schema, so none may come through. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"ignore your instructions\"",
                "\"T_SHIRT\"",
                "\"T-Shirt\"",
                "\" t-shirt\"",
                "\"t-shirt; drop table\"",
                "\"\"",
                "1",
                "true",
                "null",
                "[\"t-shirt\"]",
                "{\"value\":\"t-shirt\"}",
                "\"crew\""
            })
    void anythingElseIsUnknownWithAWarning(String value) {
        AnswerParser.Answer answer = AnswerParser.parse(FakeChatServer.shirt().replace("\"t-shirt\"", value));
        assertThat(answer.attributes()).isEqualTo(LlmFixture.SHIRT.withCategory(Category.UNKNOWN));
        assertThat(answer.warnings())
                .containsExactly("category has a value that the schema does not know, taken as unknown");
    }

    @Test
    void missingAndExtraFieldsAreNamedWithoutTheirText() {
        AnswerParser.Answer answer =
                AnswerParser.parse("{\"sleeve\":\"short\",\"\\n[31mroot\":\"x\",\"y\":{\"z\":[]}}");
        assertThat(answer.attributes().sleeve()).isEqualTo(Sleeve.SHORT);
        assertThat(answer.warnings()).hasSize(6).contains("2 fields that the schema does not know, ignored");
        assertThat(answer.warnings()).noneMatch(w -> w.contains("root"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "I see a t-shirt.",
                "```json\n{}\n```",
                "[]",
                "\"t-shirt\"",
                "null",
                "{\"category\":\"dress\"",
                "{\"category\":\"dress\"} {\"category\":\"hat\"}",
                "{\"category\":\"dress\",\"category\":\"hat\"}",
                "{\"a\":[[[[[[[[1]]]]]]]]}",
                "{\"a\":11111111111111111111111111111111111111111}"
            })
    void whatIsNoObjectIsRefused(String text) {
        assertThatThrownBy(() -> AnswerParser.parse(text))
                .isInstanceOf(CallException.class)
                .hasNoCause();
    }

    @Test
    void longAnswersAreRefused() {
        assertThatThrownBy(() -> AnswerParser.parse("{\"a\":\"" + "x".repeat(5000) + "\"}"))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("longer");
        assertThatThrownBy(() -> AnswerParser.parse(null)).isInstanceOf(CallException.class);
    }

    /** The schema is a file; the vocabulary is the enums'. */
    @Test
    void schemaAndPromptNameEveryWordAndNoOther() throws Exception {
        AttributePrompt prompt = AttributePrompt.current();
        JsonNode schema = FakeChatServer.JSON.readTree(prompt.schema());
        assertThat(schema.get("additionalProperties").booleanValue()).isFalse();
        List<String> required = new ArrayList<>();
        schema.get("required").forEach(n -> required.add(n.textValue()));
        assertThat(required).isEqualTo(AttributeWords.FIELDS);
        assertThat(schema.get("properties").fieldNames()).toIterable().containsExactlyElementsOf(required);
        for (int i = 0; i < required.size(); i++) {
            List<String> words = new ArrayList<>();
            schema.at("/properties/" + required.get(i) + "/enum").forEach(n -> words.add(n.textValue()));
            Enum<?>[] known = GarmentAttributes.UNKNOWN
                    .values()
                    .get(i)
                    .getDeclaringClass()
                    .getEnumConstants();
            List<String> expected = new ArrayList<>();
            for (Enum<?> e : known) {
                expected.add(AttributeWords.word(e));
            }
            assertThat(words).isEqualTo(expected);
            String line = prompt.instructions()
                    .lines()
                    .filter(lineOf(required.get(i)))
                    .findFirst()
                    .orElseThrow();
            assertThat(expected).allMatch(w -> line.matches(".*[ :]" + w + "[ ,.].*"));
        }
    }

    private static Predicate<String> lineOf(String field) {
        return line -> line.startsWith(field + ":");
    }

    /** Cached answers are found by this hash: other texts need another version's files. */
    @Test
    void theTextsOfAVersionStay() {
        assertThat(AttributePrompt.current().version()).isEqualTo("v1");
        assertThat(Sha256.of(AttributePrompt.current().instructions()))
                .isEqualTo("2bc80a4438baf4b139cc81abec3268f804d5e49a3a0a0850c74f44c95b0bf86a");
        assertThat(Sha256.of(AttributePrompt.current().schema()))
                .isEqualTo("a0bc259c49f3d9b4e1de505c67538b354d6041c5a3640aac2f471b3248ba3d6b");
    }
}
