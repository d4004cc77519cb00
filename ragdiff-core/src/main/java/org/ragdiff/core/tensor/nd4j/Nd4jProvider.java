package org.ragdiff.core.tensor.nd4j;

import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.Kernels;

/** Registers {@link Nd4jKernels}: takes over where no faster provider is available. */
public final class Nd4jProvider implements KernelProvider {
    @Override
    public String name() {
        return Nd4jKernels.NAME;
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public Optional<String> unavailableReason() {
        Optional<String> gpu = CudaBackend.unavailableReason();
        if (gpu.isPresent()) {
            return gpu;
        }
        try {
            Nd4j.getExecutioner();
            return Optional.empty();
        } catch (RuntimeException | LinkageError e) {
            return Optional.of("no ND4J backend loads: " + e.getMessage());
        }
    }

    /** ND4J's half precisions fall to loops that are 100 times slower. */
    @Override
    public boolean supports(Kernels.Precision precision) {
        return precision == Kernels.Precision.F32;
    }

    @Override
    public Kernels open(Kernels.Precision precision) {
        if (!supports(precision)) {
            throw new IllegalArgumentException(
                    "provider " + name() + " computes in " + Kernels.Precision.F32 + " only, not in " + precision);
        }
        return new Nd4jKernels();
    }
}
