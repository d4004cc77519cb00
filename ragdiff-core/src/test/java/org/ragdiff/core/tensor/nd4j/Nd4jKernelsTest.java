package org.ragdiff.core.tensor.nd4j;

import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelsContract;

class Nd4jKernelsTest extends KernelsContract {
    @Override
    protected KernelProvider provider() {
        return new Nd4jProvider();
    }
}
