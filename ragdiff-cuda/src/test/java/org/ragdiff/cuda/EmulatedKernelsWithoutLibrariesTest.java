package org.ragdiff.cuda;

import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelsContract;

/** As {@link EmulatedKernelsTest} without cuDNN and fused biases: convolutions by matrix products. */
class EmulatedKernelsWithoutLibrariesTest extends KernelsContract {
    @Override
    protected KernelProvider provider() {
        return new EmulatedProvider(false);
    }
}
