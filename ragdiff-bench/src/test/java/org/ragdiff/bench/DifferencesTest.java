package org.ragdiff.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DifferencesTest {
    @Test
    void isAShareOfThePeersLargest() {
        assertThat(Differences.ofLargest(new float[] {1, -3}, new float[] {1, -4}))
                .isEqualTo(0.25);
    }

    @Test
    void whatCannotBeComparedIsNotEqual() {
        assertThat(Differences.ofLargest(new float[] {0}, new float[] {0})).isNaN();
        assertThat(Differences.ofLargest(new float[] {1, Float.NaN}, new float[] {1, 1}))
                .isNaN();
        assertThat(Differences.ofLargest(new float[] {Float.NaN, 1}, new float[] {1, 1}))
                .isNaN();
        assertThatThrownBy(() -> Differences.ofLargest(new float[2], new float[3]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
