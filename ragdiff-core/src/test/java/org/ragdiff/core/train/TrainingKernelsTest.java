package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;

class TrainingKernelsTest {
    @Test
    void f32StaysF32() {
        try (Kernels plain = TrainingKernels.open(Precision.F32)) {
            assertThat(plain.precision()).isEqualTo(Precision.F32);
        }
    }

    @Test
    void bf16IsTakenOnlyIfItIsClearlyFaster() {
        assertThat(TrainingKernels.pays(0.5e-3, 1e-3)).isTrue();
        assertThat(TrainingKernels.pays(0.9e-3, 1e-3)).isFalse();
        assertThat(TrainingKernels.pays(2e-3, 1e-3)).isFalse();
    }
}
