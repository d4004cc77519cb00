package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvLineTest {
    /** The examples of RFC 4180, section 2, those with line breaks left out. */
    @Test
    void theExamplesOfTheStandard() {
        assertThat(CsvLine.split("aaa,bbb,ccc")).containsExactly("aaa", "bbb", "ccc");
        assertThat(CsvLine.split("\"aaa\",\"bbb\",\"ccc\"")).containsExactly("aaa", "bbb", "ccc");
        assertThat(CsvLine.split("\"aaa\",\"b\"\"bb\",\"ccc\"")).containsExactly("aaa", "b\"bb", "ccc");
        assertThat(CsvLine.join(List.of("aaa", "b\"bb", "ccc"))).isEqualTo("aaa,\"b\"\"bb\",ccc");
    }

    @Test
    void whatWasJoinedIsSplitAgain() {
        for (List<String> fields : List.of(
                List.of("a, b", "\"", "", "x"),
                List.of("", ""),
                List.of(" a ", "\",\""),
                List.of("\u00e9", "a", "a"))) {
            assertThat(CsvLine.split(CsvLine.join(fields))).isEqualTo(fields);
        }
    }

    @Test
    void lineBreaksAreRefused() {
        assertThatThrownBy(() -> CsvLine.join(List.of("a", "b\nc")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line break");
    }
}
