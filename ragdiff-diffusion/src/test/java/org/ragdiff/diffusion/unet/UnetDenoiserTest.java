package org.ragdiff.diffusion.unet;

import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserContract;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

class UnetDenoiserTest extends DenoiserContract {
    private static final Kernels KERNELS = KernelProviders.defaultKernels();

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    @Override
    protected Denoiser denoiser() {
        DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(1), Networks.tinyUnet());
        Networks.randomise(unet, 5, 0.25);
        return new UnetDenoiser(unet, ScheduleConfig.defaults(), KERNELS);
    }

    @Override
    protected Size size() {
        return new Size(6, 4, 3, 5, 9);
    }
}
