package org.ragdiff.diffusion.diffusers.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Networks;

class AdapterBlockTest {
    /** torch.nn.AvgPool2d(2, 2, ceil_mode=True) of 0 … 14 in 3 x 5. */
    @Test
    void oddSidesArePooledAsTorchDoesWithCeilMode() {
        float[] values = new float[15];
        for (int i = 0; i < 15; i++) {
            values[i] = i;
        }
        try (TensorPool pool = new TensorPool();
                Tape t = Tape.inference(Networks.KERNELS, pool)) {
            Var out = AdapterBlock.halved(t, t.constant(Networks.array(values, 1, 3, 5, 1)));
            assertThat(out.shape()).containsExactly(1, 2, 3, 1);
            assertThat(HostArrays.read(out.value())).containsExactly(3, 5, 6.5f, 10.5f, 12.5f, 14);
        }
    }
}
