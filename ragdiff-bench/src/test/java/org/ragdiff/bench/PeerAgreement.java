package org.ragdiff.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.ragdiff.bench.peer.TorchPeer;

/** Asserts that both sides of a row compute the same. */
public final class PeerAgreement {
    private PeerAgreement() {}

    /** Opens both sides, compares their results if there is a peer, and closes them; skips without libtorch. */
    public static void check(PairedCase opened) {
        assumeTrue(TorchPeer.unavailableReason().isEmpty());
        try (PairedCase c = opened) {
            c.openOurs(2);
            c.ours();
            if (!c.openPeer(2).isEmpty()) {
                assertThat(c.difference()).isLessThanOrEqualTo(c.tolerance());
            }
        }
    }
}
