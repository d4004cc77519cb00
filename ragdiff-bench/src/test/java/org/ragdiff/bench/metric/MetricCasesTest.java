package org.ragdiff.bench.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.peer.TorchPeer;

/** Each row: ours and libtorch's results are the same. */
class MetricCasesTest {
    @TestFactory
    List<DynamicTest> resultsAreThePeers() {
        return MetricCases.list().stream()
                .map(s -> DynamicTest.dynamicTest(s.id(), () -> compare(s)))
                .toList();
    }

    private static void compare(CaseSpec spec) {
        assumeTrue(TorchPeer.unavailableReason().isEmpty());
        try (PairedCase c = spec.open().get()) {
            c.openOurs(2);
            c.ours();
            if (!c.openPeer(2).isEmpty()) {
                assertThat(c.difference()).isLessThanOrEqualTo(c.tolerance());
            }
        }
    }
}
