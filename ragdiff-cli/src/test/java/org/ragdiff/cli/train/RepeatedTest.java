package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RepeatedTest {
    private static final int BLOCK = 10;
    private static final int TIMES = 3;

    private static List<Long> shown(Repeated<Long> repeated, long from, int count) {
        return LongStream.range(from, from + count).mapToObj(repeated::get).toList();
    }

    @Test
    void eachBlockComesSeveralTimesInOrdersOfItsOwn() {
        AtomicInteger made = new AtomicInteger();
        Repeated<Long> repeated = new Repeated<>(
                i -> {
                    made.incrementAndGet();
                    return i;
                },
                BLOCK,
                TIMES,
                1);
        List<Long> block = LongStream.range(0, BLOCK).boxed().toList();
        List<Long> first = shown(repeated, 0, BLOCK);
        List<Long> second = shown(repeated, BLOCK, BLOCK);
        assertThat(first).containsExactlyInAnyOrderElementsOf(block).isNotEqualTo(block);
        assertThat(second).containsExactlyInAnyOrderElementsOf(block).isNotEqualTo(first);
        shown(repeated, 2L * BLOCK, BLOCK);
        assertThat(made).as("made once").hasValue(BLOCK);
        assertThat(Collections.min(shown(repeated, 3L * BLOCK, BLOCK))).isEqualTo(BLOCK);
    }

    /** What a resumed training sees does not depend on where it was stopped. */
    @Test
    void anElementIsAFunctionOfItsIndex() {
        List<Long> whole = shown(new Repeated<>(i -> i, BLOCK, TIMES, 7), 0, 60);
        assertThat(shown(new Repeated<>(i -> i, BLOCK, TIMES, 7), 37, 23)).isEqualTo(whole.subList(37, 60));
        assertThat(shown(new Repeated<>(i -> i, BLOCK, TIMES, 8), 0, 60)).isNotEqualTo(whole);
        assertThat(shown(new Repeated<>(i -> i, BLOCK, 1, 7), 5, 3)).containsExactly(5L, 6L, 7L);
        assertThatThrownBy(() -> new Repeated<>(i -> i, 0, 1, 7)).hasMessageContaining("at least 1");
    }
}
