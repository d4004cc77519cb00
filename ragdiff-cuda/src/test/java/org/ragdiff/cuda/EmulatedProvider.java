package org.ragdiff.cuda;

import java.nio.file.Path;
import java.util.Optional;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.cuda.emulation.EmulatedGpu;
import org.ragdiff.cuda.emulation.HostCompiler;

/**
 * The provider's kernels on an emulated device, registered for tests under a name of its own.
 *
 * @param library whether the device has cuDNN and fused biases
 */
public record EmulatedProvider(boolean library) implements KernelProvider {
    static final String NAME = "emulated-cuda";

    public EmulatedProvider() {
        this(true);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Optional<String> unavailableReason() {
        return HostCompiler.unavailableReason();
    }

    @Override
    public Kernels open(Kernels.Precision precision) {
        HostCompiler.load();
        return new CudaKernels(device(new EmulatedGpu(library)), precision);
    }

    static Device device(EmulatedGpu gpu) {
        return new Device(gpu, new KernelCache(Path.of("target", "kernel-cache")));
    }
}
