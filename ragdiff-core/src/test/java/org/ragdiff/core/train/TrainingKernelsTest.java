package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;

class TrainingKernelsTest {
    @Test
    void bf16IsTakenOnlyIfItIsNotTheSlowerOne() {
        try (Kernels chosen = TrainingKernels.open(Precision.BF16);
                Kernels plain = TrainingKernels.open(Precision.F32)) {
            assertThat(plain.precision()).isEqualTo(Precision.F32);
            // Half as long again leaves room for a busy machine.
            assertThat(TrainingKernels.secondsOfProduct(chosen))
                    .isLessThan(1.5 * TrainingKernels.secondsOfProduct(plain));
        }
    }
}
