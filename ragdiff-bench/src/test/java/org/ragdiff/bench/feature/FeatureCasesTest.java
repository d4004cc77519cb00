package org.ragdiff.bench.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.ragdiff.bench.peer.TorchPeer;

/** Ours and libtorch's results are the same. */
class FeatureCasesTest {
    @Test
    void distancesAreLibtorchs() {
        assumeTrue(TorchPeer.unavailableReason().isEmpty());
        for (int[] size : new int[][] {{300, 64}, {2000, 256}}) {
            try (FrechetCase c = new FrechetCase(size[0], size[1])) {
                c.openOurs(2);
                assertThat(c.openPeer(2)).startsWith("libtorch ");
                assertThat(c.difference()).isLessThan(1e-6);
            }
        }
    }
}
