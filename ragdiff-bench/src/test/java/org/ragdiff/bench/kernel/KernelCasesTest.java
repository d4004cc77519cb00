package org.ragdiff.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.bench.peer.OnnxPeer;
import org.ragdiff.bench.peer.TorchPeer;

/** Each kind of row at the demo's size: ours and the peer's results are the same. */
class KernelCasesTest {
    @TestFactory
    List<DynamicTest> resultsAreThePeers() {
        return KernelCases.list(false).stream()
                .filter(s -> s.params().startsWith("demo"))
                .map(s -> DynamicTest.dynamicTest(s.id(), () -> compare(s)))
                .toList();
    }

    private static void compare(CaseSpec spec) {
        assumeTrue(TorchPeer.unavailableReason().isEmpty()
                && OnnxPeer.unavailableReason().isEmpty());
        try (PairedCase c = spec.open().get()) {
            c.openOurs(2);
            c.ours();
            assertThat(c.openPeer(2)).matches("libtorch .*|onnxruntime");
            c.peer();
            assertThat(c.difference()).isLessThanOrEqualTo(c.tolerance());
        }
    }

    @Test
    void bfloat16RowsAreThereOnlyIfTheMachineHasIt() {
        assertThat(KernelCases.list(false)).noneMatch(s -> s.params().endsWith("bf16"));
        assertThat(KernelCases.list(true)).anyMatch(s -> s.params().endsWith("bf16"));
    }

    @Test
    void operationsOfAConvolutionAreCountedTwiceAProduct() {
        assertThat(ConvolutionCase.flops(3, 5, 8, 3, 2)).isEqualTo(2.0 * 16 * 3 * 5 * 9);
    }
}
