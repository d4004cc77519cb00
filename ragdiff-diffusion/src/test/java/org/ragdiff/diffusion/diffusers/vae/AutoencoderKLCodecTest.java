package org.ragdiff.diffusion.diffusers.vae;

import org.junit.jupiter.api.AfterAll;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.LatentCodecContract;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

class AutoencoderKLCodecTest extends LatentCodecContract {
    private static final Kernels KERNELS = KernelProviders.defaultKernels();

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    @Override
    protected LatentCodec codec() {
        try {
            AutoencoderKL vae = AutoencoderKL.random(
                    AutoencoderKLConfig.read(StrictConfig.parse(
                            "{\"block_out_channels\": [8], \"norm_num_groups\": 4, \"sample_size\": 8}", "test")),
                    1);
            return new AutoencoderKLCodec(vae, Tiling.of(vae.config()), KERNELS);
        } catch (CheckpointException e) {
            throw new IllegalStateException(e);
        }
    }
}
