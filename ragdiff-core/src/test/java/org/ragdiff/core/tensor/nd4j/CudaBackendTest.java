package org.ragdiff.core.tensor.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaBackendTest {
    @ParameterizedTest
    @CsvSource({"0, there is none here", "35, this one has 3.5", "90, this one has 9.0", "100, take the provider cuda"})
    void refusesGpusThatItHasNoCodeFor(int capability, String message) {
        assertThat(CudaBackend.refusal(capability))
                .hasValueSatisfying(r -> assertThat(r).contains("3.7 to 8.x").contains(message));
    }

    @ParameterizedTest
    @CsvSource({"37", "70", "80", "86", "89"})
    void servesOlderOnes(int capability) {
        assertThat(CudaBackend.refusal(capability)).isEmpty();
    }
}
