package org.ragdiff.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.ragdiff.core.tensor.KernelProvider;
import org.ragdiff.core.tensor.KernelsContract;

/** The contract on the GPU of this machine, if it has one. */
class CudaKernelsTest extends KernelsContract {
    @Override
    protected KernelProvider provider() {
        KernelProvider cuda = new CudaProvider();
        Optional<String> reason = cuda.unavailableReason();
        assumeTrue(reason.isEmpty(), () -> "nothing runs on a GPU here: " + reason.orElseThrow());
        return cuda;
    }
}
