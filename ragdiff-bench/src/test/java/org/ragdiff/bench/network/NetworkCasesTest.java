package org.ragdiff.bench.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ragdiff.bench.CaseSpec;

/** The rows' counts are those of what they open. */
class NetworkCasesTest {
    @Test
    void rowsTellTheOperationsOfTheirNetworks() {
        for (CaseSpec row : NetworkCases.list(false)) {
            String network = row.id().replace("/", " ").replace(" f32", "");
            try (RecordedNetwork n = NetworkCases.networks().get(network).get()) {
                assertThat(row.work().amount()).isCloseTo(GraphFlops.of(n.graph()), within(1.0));
            }
        }
    }

    @Test
    void sidedRowsTellTheOperationsOfTheirNetworks() {
        double decode = SidedCases.list(false).stream()
                .filter(s -> s.name().equals("vae decode"))
                .mapToDouble(s -> s.work().amount())
                .findFirst()
                .orElseThrow();
        try (RecordedNetwork n =
                NetworkCases.networks().get(NetworkCases.VAE_512).get()) {
            assertThat(decode).isCloseTo(GraphFlops.of(n.graph()), within(1.0));
        }
    }

    @Test
    void theNarrowUnetIsMeasuredBesideLibtorch() {
        CaseSpec row = NetworkCases.list(false).stream()
                .filter(s -> s.name().equals("unet step"))
                .findFirst()
                .orElseThrow();
        try (var pair = row.open().get()) {
            pair.openOurs(2);
            pair.ours();
            if (!pair.openPeer(2).isEmpty()) {
                pair.peer();
                assertThat(pair.difference()).isLessThan(1e-4);
            }
        }
    }

    @Test
    void theDemosStepIsMeasuredBesideLibtorch() {
        CaseSpec row = NetworkCases.list(false).get(0);
        assertThat(row.quick()).isTrue();
        try (var pair = row.open().get()) {
            pair.openOurs(2);
            if (!pair.openPeer(2).isEmpty()) {
                assertThat(pair.difference()).isLessThan(1e-4);
            }
        }
    }
}
