package org.ragdiff.cuda;

import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelsContract;

/** The sources of our kernels, run on the processor, beside plain loops; convolutions as cuDNN would compute them. */
class EmulatedKernelsTest extends KernelsContract {
    @Override
    protected KernelProvider provider() {
        return new EmulatedProvider(true);
    }
}
