package org.ragdiff.core.tensor.onednn;

import java.util.Optional;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.Kernels;

/** Registers {@link OneDnnKernels}: the default where oneDNN's library loads. */
public final class OneDnnProvider implements KernelProvider {
    @Override
    public String name() {
        return OneDnnKernels.NAME;
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Optional<String> unavailableReason() {
        if (!CpuEngine.isSupportedPlatform()) {
            return Optional.of("oneDNN is built here for x86-64, this is " + System.getProperty("os.arch"));
        }
        try {
            CpuEngine.get();
            return Optional.empty();
        } catch (RuntimeException | LinkageError e) {
            return Optional.of("oneDNN's native library does not load: " + e.getMessage());
        }
    }

    @Override
    public boolean supports(Kernels.Precision precision) {
        return precision == Kernels.Precision.F32 || precision == Kernels.Precision.BF16 && CpuEngine.hasBf16();
    }

    @Override
    public Kernels open(Kernels.Precision precision) {
        return new OneDnnKernels(precision);
    }
}
