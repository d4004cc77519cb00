package org.ragdiff.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.cuda.emulation.EmulatedGpu;
import org.ragdiff.cuda.emulation.HostCompiler;

class CudaProviderTest {
    @Test
    void isRegisteredAndComesFirst() {
        KernelProvider first = KernelProviders.installed().get(0);
        assertThat(first.name()).isEqualTo("cuda");
        assertThat(first.isOptional()).isTrue();
        assertThat(List.of(Precision.values())).allMatch(first::supports);
    }

    @Test
    void withoutAGpuItSaysSoAndTheProcessorComputes() {
        KernelProvider cuda = new CudaProvider();
        Optional<String> reason = cuda.unavailableReason();
        assumeTrue(reason.isPresent(), "this machine has a GPU");
        assertThat(reason.get())
                .containsAnyOf("no NVIDIA GPU", "NVIDIA's libraries do not load", "capability", "cuInit");
        assertThat(cuda.unavailableReason()).isEqualTo(reason);
        assertThatThrownBy(() -> cuda.open(Precision.F32)).hasMessageContaining(reason.get());
        KernelProviders.Options options = KernelProviders.Options.defaults();
        try (Kernels k = KernelProviders.create(options)) {
            assertThat(k.name()).isNotEqualTo("cuda");
        }
        assertThatThrownBy(() -> KernelProviders.create(options.withProvider("cuda")))
                .hasMessageContaining("provider cuda is not available: " + reason.get());
    }

    @Test
    void aUsableDeviceIsOpenedInThePrecisionAskedFor() {
        HostCompiler.load();
        System.setProperty(KernelCache.FOLDER, "target/kernel-cache");
        try {
            KernelProvider cuda = new CudaProvider(Optional::empty, () -> new EmulatedGpu(true));
            for (Precision p : Precision.values()) {
                try (Kernels k = cuda.open(p)) {
                    assertThat(k.name()).isEqualTo("cuda");
                    assertThat(k.precision()).isEqualTo(p);
                }
            }
        } finally {
            System.clearProperty(KernelCache.FOLDER);
        }
    }

    @Test
    void aDeviceWhoseKernelsDoNotCompileIsClosed() {
        HostCompiler.load();
        EmulatedGpu gpu = new EmulatedGpu(true);
        gpu.failAt("loadModule", 1);
        assertThatThrownBy(() -> EmulatedProvider.device(gpu)).hasMessageContaining("loadModule");
        assertThatThrownBy(() -> gpu.allocate(4)).hasMessageContaining("after close");
    }
}
