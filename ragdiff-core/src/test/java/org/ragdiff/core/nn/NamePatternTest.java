package org.ragdiff.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamePatternTest {
    private static final List<String> NAMES = List.of(
            "conv_in.weight",
            "down_blocks.0.attn1.to_q.weight",
            "down_blocks.1.attn1.to_q.weight",
            "down_blocks.1.attn2.to_k.weight",
            "mid_block.attn1.to_q.weight",
            "conv_out.bias");

    private static List<String> matched(String glob) {
        NamePattern pattern = NamePattern.of(glob);
        return NAMES.stream().filter(pattern::matches).toList();
    }

    @Test
    void aStarMatchesAnyRunAndAQuestionMarkOneCharacter() {
        assertThat(matched("*")).isEqualTo(NAMES);
        assertThat(matched("conv_in.weight")).containsExactly("conv_in.weight");
        assertThat(matched("down_blocks.?.attn1.*")).containsExactly(NAMES.get(1), NAMES.get(2));
        assertThat(matched("*.to_q.weight")).containsExactly(NAMES.get(1), NAMES.get(2), NAMES.get(4));
        assertThat(matched("*bias")).containsExactly("conv_out.bias");
    }

    /** A dot is a dot, and brackets are no regular expression. */
    @Test
    void allElseStandsForItself() {
        assertThat(matched("conv_in?weight")).containsExactly("conv_in.weight");
        assertThat(NamePattern.of("conv_in.weight").matches("conv_inxweight")).isFalse();
        assertThat(matched("[a-z]*")).isEmpty();
        assertThat(NamePattern.of("a\\Eb").matches("a\\Eb")).isTrue();
        assertThat(NamePattern.of("a+(b").matches("a+(b")).isTrue();
    }

    @Test
    void aPatternThatMatchesNothingIsToldWhatIsClose() {
        NamePattern.of("*attn1*").requireMatch("this", NAMES);
        assertThatThrownBy(
                        () -> NamePattern.of("down_block.*.attn1.to_q.weight").requireMatch("a test", NAMES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "\"down_block.*.attn1.to_q.weight\" of a test matches none of 6 names; close ones"
                                + " are [down_blocks.0.attn1.to_q.weight, down_blocks.1.attn1.to_q.weight, ");
        assertThatThrownBy(() -> NamePattern.of("conv_im.weight").requireMatch("a test", NAMES))
                .hasMessageContaining("close ones are [conv_in.weight, ");
    }

    @Test
    void emptyPatternsAreRefused() {
        assertThatThrownBy(() -> NamePattern.of(" ")).isInstanceOf(IllegalArgumentException.class);
    }
}
