package org.ragdiff.bench.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ragdiff.bench.Differences;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;

/** Networks of diffusers' structure, narrow, by plans of ours and inside libtorch; skipped without libtorch. */
class NetworkPeerTest {
    @BeforeAll
    static void needsLibtorch() {
        assumeTrue(TorchPeer.unavailableReason().isEmpty(), () -> TorchPeer.unavailableReason()
                .orElseThrow());
    }

    private static double difference(RecordedNetwork network, TorchLayout layout, Kernels.Precision precision) {
        try (network;
                NetworkPlan plan = new NetworkPlan(network, Kernels.Precision.F32);
                NetworkPeer peer = new NetworkPeer(network, layout, precision)) {
            plan.run();
            return Differences.ofLargest(plan.result(), peer.result());
        }
    }

    @ParameterizedTest
    @EnumSource(TorchLayout.class)
    void stableDiffusionsUnetIsOurs(TorchLayout layout) {
        UNet2DConfig narrow = NarrowConfigs.of(UNet2DConfig.stableDiffusion15(), 10);
        RecordedNetwork network = DiffusersNetworks.unetStep(narrow, 2, 16, 7);
        assertThat(difference(network, layout, Kernels.Precision.F32)).isLessThan(1e-4);
    }

    @ParameterizedTest
    @EnumSource(TorchLayout.class)
    void stableDiffusionsDecoderIsOurs(TorchLayout layout) {
        AutoencoderKLConfig narrow = NarrowConfigs.of(AutoencoderKLConfig.stableDiffusion(), 4);
        assertThat(difference(DiffusersNetworks.vaeDecode(narrow, 64), layout, Kernels.Precision.F32))
                .isLessThan(1e-4);
    }

    @Test
    void bfloat16DiffersByItsRounding() {
        UNet2DConfig narrow = NarrowConfigs.of(UNet2DConfig.stableDiffusion15(), 10);
        RecordedNetwork network = DiffusersNetworks.unetStep(narrow, 2, 16, 7);
        assertThat(difference(network, TorchLayout.CHANNELS_LAST, Kernels.Precision.BF16))
                .isBetween(1e-4, 5e-2);
    }
}
