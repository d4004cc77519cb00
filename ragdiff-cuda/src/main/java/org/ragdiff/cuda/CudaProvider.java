package org.ragdiff.cuda;

import java.util.Optional;
import java.util.function.Supplier;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.cuda.nvidia.NvidiaGpu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers {@link CudaKernels}: the default where there is a usable GPU. */
public final class CudaProvider implements KernelProvider {
    private static final Logger LOG = LoggerFactory.getLogger(CudaProvider.class);

    private final Supplier<Optional<String>> reason;
    private final Supplier<Gpu> open;

    public CudaProvider() {
        this(NvidiaGpu::unavailableReason, NvidiaGpu::open);
    }

    /**
     * @param reason why there is no usable device, or empty
     * @param open opens it
     */
    CudaProvider(Supplier<Optional<String>> reason, Supplier<Gpu> open) {
        this.reason = reason;
        this.open = open;
    }

    @Override
    public String name() {
        return CudaKernels.NAME;
    }

    @Override
    public int priority() {
        return 200;
    }

    @Override
    public boolean isOptional() {
        return true;
    }

    @Override
    public Optional<String> unavailableReason() {
        return reason.get();
    }

    @Override
    public String description() {
        return NvidiaGpu.describe().toString();
    }

    /** Opens the device and loads the kernels, which compiles them the first time (about 10 s). */
    @Override
    public Kernels open(Kernels.Precision precision) {
        unavailableReason().ifPresent(r -> {
            throw new IllegalStateException("provider " + name() + " is not available: " + r);
        });
        Device device = new Device(open.get(), KernelCache.ofSystemProperties());
        LOG.info("tensor operations run on {} in {}", device.info(), precision);
        return new CudaKernels(device, precision);
    }
}
