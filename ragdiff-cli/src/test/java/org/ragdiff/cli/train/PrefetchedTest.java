package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PrefetchedTest {
    @Test
    void givesTheBatchOfTheStepThatIsAskedFor() {
        Prefetched<Long> ahead = new Prefetched<>(step -> step * step);
        for (long step : new long[] {0, 1, 2, 7, 8, 3}) {
            assertThat(ahead.batch(step)).isEqualTo(step * step);
        }
    }

    @Test
    void whatFailsIsToldWhenItIsAskedFor() {
        Prefetched<Long> ahead = new Prefetched<>(step -> {
            if (step == 2) {
                throw new IllegalArgumentException("no step 2");
            }
            return step;
        });
        assertThat(ahead.batch(1)).isEqualTo(1);
        assertThatThrownBy(() -> ahead.batch(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no step 2");
    }
}
