package org.ragdiff.bench.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.ragdiff.bench.peer.TorchPeer;

/** Our trainer's first step against PyTorch's autograd on the same weights and batch. */
class TrainingSideTest {
    @Test
    void lossAndGradientNormAreAutograds() throws IOException {
        assumeTrue(TorchPeer.unavailableReason().isEmpty());
        ObjectNode ours = new ObjectMapper().createObjectNode();
        ObjectNode peer = new ObjectMapper().createObjectNode();
        TrainingSide.ours(1, 1, ours);
        TrainingSide.peer(TorchLayout.CHANNELS_LAST, 1, peer);
        double loss = peer.get("loss").asDouble();
        double norm = peer.get("norm").asDouble();
        assertThat(ours.get("loss").asDouble()).isCloseTo(loss, within(1e-5 * loss));
        assertThat(ours.get("norm").asDouble()).isCloseTo(norm, within(1e-4 * norm));
    }
}
