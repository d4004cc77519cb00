package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Kernels.Precision;

/**
 * All providers that this machine has agree to 1e-4 of the largest value, forward and backward, each on its
 * own results: what one has saved going forward it uses going backward.
 */
class ProviderAgreementTest {
    private static final double TOLERANCE = 1e-4;
    private static final List<Kernels> ALL = new ArrayList<>();

    @BeforeAll
    static void open() {
        for (KernelProvider p : KernelProviders.installed()) {
            if (p.unavailableReason().isEmpty()) {
                ALL.add(p.open(Precision.F32));
            }
        }
        assertThat(ALL).extracting(Kernels::name).contains("nd4j");
    }

    @AfterAll
    static void close() {
        ALL.forEach(Kernels::close);
    }

    static List<KernelCase> cases() {
        return KernelCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void providersAgree(KernelCase c) {
        Map<String, INDArray> first = c.run(ALL.get(0));
        for (Kernels other : ALL.subList(1, ALL.size())) {
            Map<String, INDArray> second = c.run(other);
            for (KernelCase.Operation o : c.operations()) {
                for (String name : o.writes()) {
                    if (first.get(name) != null) {
                        double scale =
                                Math.max(1e-2, first.get(name).amaxNumber().doubleValue());
                        double difference = first.get(name)
                                .sub(second.get(name))
                                .amaxNumber()
                                .doubleValue();
                        assertThat(difference / scale)
                                .as(
                                        "%s of %s, %s against %s",
                                        name,
                                        o.method(),
                                        other.name(),
                                        ALL.get(0).name())
                                .isCloseTo(0, within(TOLERANCE));
                    }
                }
            }
        }
    }
}
