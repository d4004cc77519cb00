package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.pipeline.LatentDiffusion;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

/** One pipeline for many threads: each picture is that of a single thread, bit for bit. */
class ConcurrentSamplingTest {
    private static final String THREADS_OF_KERNELS = "ragdiff.threads";
    private static final int THREADS = 16;
    private static final int GENERATIONS = 20;
    private static final int SIDE = 4;

    private static LatentDiffusion pipeline(Kernels kernels) throws CheckpointException {
        UNet2DConditionModel unet = UNet2DConditionModel.random(
                UNet2DConfigJson.read(StrictConfig.parse(
                        "{\"block_out_channels\": [8], \"layers_per_block\": 1, \"norm_num_groups\": 4,"
                                + " \"attention_head_dim\": 2, \"cross_attention_dim\": 8,"
                                + " \"down_block_types\": [\"CrossAttnDownBlock2D\"],"
                                + " \"up_block_types\": [\"UpBlock2D\"]}",
                        "unet")),
                1);
        AutoencoderKL vae = AutoencoderKL.random(
                AutoencoderKLConfig.read(StrictConfig.parse(
                        "{\"block_out_channels\": [8], \"norm_num_groups\": 4,"
                                + " \"down_block_types\": [\"DownEncoderBlock2D\"],"
                                + " \"up_block_types\": [\"UpDecoderBlock2D\"]}",
                        "vae")),
                2);
        return new LatentDiffusion(unet, vae, Samplers.named("euler-a", ScheduleConfig.defaults()), kernels);
    }

    private static float[] picture(LatentDiffusion pipeline, int seed) {
        try (INDArray prompt = Networks.normal(seed, 1, 5, 8);
                INDArray negative = Networks.normal(99, 1, 5, 8)) {
            float[] latents = pipeline.sample(
                    TextCondition.of(prompt),
                    TextCondition.of(negative),
                    3,
                    SIDE,
                    SIDE,
                    Steps.of(2),
                    NoiseSource.perImage(4, seed),
                    StepListener.NONE);
            return pipeline.decode(latents, SIDE, SIDE);
        }
    }

    /** Sixteen threads that call are enough; each would bring as many of OpenMP's as there are processors. */
    private String threadsBefore;

    @BeforeEach
    void oneThreadEach() {
        threadsBefore = System.getProperty(THREADS_OF_KERNELS);
        System.setProperty(THREADS_OF_KERNELS, "1");
    }

    @AfterEach
    void threadsAsBefore() {
        if (threadsBefore == null) {
            System.clearProperty(THREADS_OF_KERNELS);
        } else {
            System.setProperty(THREADS_OF_KERNELS, threadsBefore);
        }
    }

    @Test
    void everyPictureIsThatOfASingleThread() throws Exception {
        try (Kernels kernels = KernelProviders.defaultKernels();
                LatentDiffusion pipeline = pipeline(kernels)) {
            List<float[]> alone = new ArrayList<>();
            for (int seed = 0; seed < GENERATIONS; seed++) {
                alone.add(picture(pipeline, seed));
            }
            assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
            ExecutorService pool = Executors.newFixedThreadPool(THREADS);
            try {
                List<Future<List<float[]>>> all = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    int first = thread;
                    all.add(pool.submit(() -> {
                        List<float[]> mine = new ArrayList<>();
                        for (int i = 0; i < GENERATIONS; i++) {
                            mine.add(picture(pipeline, (first + i) % GENERATIONS));
                        }
                        return mine;
                    }));
                }
                for (int thread = 0; thread < THREADS; thread++) {
                    List<float[]> got = all.get(thread).get();
                    for (int i = 0; i < GENERATIONS; i++) {
                        assertThat(got.get(i)).isEqualTo(alone.get((thread + i) % GENERATIONS));
                    }
                }
            } finally {
                pool.shutdownNow();
            }
        }
    }
}
