package org.ragdiff.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.ragdiff.bench.peer.TorchPeer;

/** Asserts that both sides of a row compute the same. */
public final class PeerAgreement {
    private PeerAgreement() {}

    /** Opens both sides, and compares their results if there is a peer; skips without libtorch. */
    public static void check(CaseSpec spec) {
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
