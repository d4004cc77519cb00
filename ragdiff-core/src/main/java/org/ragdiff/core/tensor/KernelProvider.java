package org.ragdiff.core.tensor;

import java.util.Optional;

/**
 * A way to run the tensor operations on this machine, registered for {@link java.util.ServiceLoader} in
 * {@code META-INF/services}. {@link KernelProviders} picks one. Implementations have a public constructor
 * without arguments that does no work: native libraries are first touched by {@link #unavailableReason()}.
 */
public interface KernelProvider {
    /** Short lower-case name by which it is chosen, such as {@code onednn}. */
    String name();

    /** The available provider of highest priority is the default. */
    int priority();

    /** Why it cannot run here (platform, missing native library), in words for a user; empty if it can. */
    Optional<String> unavailableReason();

    /** What it runs on, such as the name of a device, for users; may be empty. Only where it can run. */
    default String description() {
        return "";
    }

    /** Whether most machines lack what it needs, so that passing it over is worth no warning. */
    default boolean isOptional() {
        return false;
    }

    /** Whether {@link #open} takes this precision on this machine. */
    default boolean supports(Kernels.Precision precision) {
        return true;
    }

    /**
     * New kernels of this provider, without checks of operands; the caller closes them.
     *
     * @throws IllegalArgumentException if the precision is not supported
     * @throws IllegalStateException if the provider is not available
     */
    Kernels open(Kernels.Precision precision);
}
