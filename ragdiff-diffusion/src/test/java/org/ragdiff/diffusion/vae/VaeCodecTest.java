package org.ragdiff.diffusion.vae;

import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.LatentCodecContract;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Networks;

class VaeCodecTest extends LatentCodecContract {
    private static final Kernels KERNELS = KernelProviders.defaultKernels();

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    @Override
    protected LatentCodec codec() {
        Vae vae = new Vae(new SplittableRandom(4), Networks.tinyVae());
        return new VaeCodec(vae, new LatentScaling(new float[] {1, -2, 0}, new float[] {2, 0.5f, 3}), KERNELS);
    }
}
