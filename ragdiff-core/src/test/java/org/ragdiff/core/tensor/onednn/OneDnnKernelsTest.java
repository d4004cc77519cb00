package org.ragdiff.core.tensor.onednn;

import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelsContract;

class OneDnnKernelsTest extends KernelsContract {
    @Override
    protected KernelProvider provider() {
        return new OneDnnProvider();
    }
}
