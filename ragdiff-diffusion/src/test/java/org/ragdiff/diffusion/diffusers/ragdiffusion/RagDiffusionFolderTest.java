package org.ragdiff.diffusion.diffusers.ragdiffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.plan.EagerMemory;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.Goldens;
import org.ragdiff.diffusion.diffusers.pipeline.LatentDiffusion;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.guidance.Guidance;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.sampler.NoiseSource;
import org.ragdiff.diffusion.sampler.Start;
import org.ragdiff.diffusion.sampler.StepListener;
import org.ragdiff.diffusion.sampler.Steps;
import org.ragdiff.diffusion.unet.ReferenceRows;

/** RAGDiffusion around the networks that diffusers wrote. */
class RagDiffusionFolderTest {
    private static final Kernels KERNELS = KernelProviders.defaultKernels();
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
    private static final SamplingSize SIZE = SamplingSize.of(8, 8);
    private static final long GIGABYTE = 1_000_000_000L;

    @TempDir
    Path temp;

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    /** A pipeline of the fixtures' UNet, VAE and scheduler. */
    private Path stableDiffusion() throws IOException {
        Path folder = temp.resolve("sd");
        copy(Goldens.folder("unet-sd/a"), folder.resolve("unet"));
        copy(Goldens.folder("vae/sd4"), folder.resolve("vae"));
        copy(Goldens.folder("pipeline/ddim10-scheduler"), folder.resolve("scheduler"));
        Files.writeString(
                folder.resolve("model_index.json"),
                "{\"_class_name\": \"StableDiffusionPipeline\", \"scheduler\": [\"diffusers\", \"DDIMScheduler\"],"
                        + " \"unet\": [\"diffusers\", \"UNet2DConditionModel\"],"
                        + " \"vae\": [\"diffusers\", \"AutoencoderKL\"]}");
        return folder;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path f : files.toList()) {
                Files.copy(f, to.resolve(f.getFileName().toString()));
            }
        }
    }

    private Path created() throws IOException {
        Path folder = temp.resolve("rag");
        RagDiffusionFolder.create(stableDiffusion(), folder, TinyRagDiffusion.CONFIG, 7);
        return folder;
    }

    private static RagDiffusionPipeline load(Path folder) throws IOException {
        return RagDiffusionPipeline.load(folder, null, SIZE, GIGABYTE, KERNELS);
    }

    private static float[] sample(RagDiffusionPipeline p, DenoiserCondition condition, GuidanceScales scales) {
        NoiseSource noise = NoiseSource.perImage(4, 5);
        Start start = Start.fromNoise(noise.next(8 * 8 * 4));
        return p.sample(
                condition,
                DenoiserCondition.none(1),
                Guidance.of(scales),
                8,
                8,
                start,
                Steps.of(3),
                noise,
                StepListener.NONE);
    }

    private static DenoiserCondition condition() {
        return new DenoiserCondition(
                1, Networks.normal(1, 1, 5), Networks.normal(2, 1, 9, 9, 1), Networks.normal(3, 1, 8, 8, 4));
    }

    @Test
    void untrainedItSamplesAsThePipelineItWasMadeOf() throws IOException {
        Path folder = created();
        assertThat(Files.mismatch(folder.resolve("unet/" + WEIGHTS), folder.resolve("reference_unet/" + WEIGHTS)))
                .isEqualTo(-1);
        float[] expected;
        try (LatentDiffusion sd = LatentDiffusion.load(temp.resolve("sd"), KERNELS)) {
            TextCondition none = TextCondition.zeros(sd.unet().config(), 16);
            expected = sd.sample(none, null, 1, 8, 8, Steps.of(3), NoiseSource.perImage(4, 5), StepListener.NONE);
        }
        try (RagDiffusionPipeline rag = load(folder)) {
            assertThat(sample(rag, condition(), GuidanceScales.none())).isEqualTo(expected);
            // Branches that say the same cancel, to the rounding of sums of three.
            float[] guided = sample(rag, condition(), new GuidanceScales(2, 3, 4, 0));
            for (int i = 0; i < expected.length; i++) {
                assertThat(guided[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(2e-3f));
            }
        }
    }

    @Test
    void trainedWeightsAreKeptAndEveryStreamIsGuided() throws IOException {
        Path folder = created();
        RagDiffusionModel model = RagDiffusionModel.load(folder);
        Networks.randomise(model.conditioning(), 4, 0.2);
        model.save(folder, Dtype.F32);
        float[] before;
        try (RagDiffusionPipeline p = load(folder)) {
            before = sample(p, condition(), GuidanceScales.none());
            for (GuidanceScales s : List.of(
                    new GuidanceScales(2, 1, 1, 0), new GuidanceScales(1, 2, 1, 0), new GuidanceScales(1, 1, 2, 0))) {
                assertThat(sample(p, condition(), s)).as("%s", s).isNotEqualTo(before);
            }
        }
        model.close();
        try (RagDiffusionPipeline again = load(folder)) {
            assertThat(sample(again, condition(), GuidanceScales.none())).isEqualTo(before);
            float[] image = again.codec().decode(before, 8, 8);
            assertThat(image).hasSize(16 * 16 * 3);
            assertThat(again.codec().encode(image, 16, 16)).hasSize(before.length);
        }
    }

    @Test
    void memoryIsKnownBeforeLoading() throws IOException {
        Path folder = created();
        MemoryEstimate estimate = RagDiffusionFolder.estimate(folder, RagDiffusionConfig.defaults(), SIZE);
        try (RagDiffusionModel model = RagDiffusionModel.load(folder)) {
            assertThat(bytes(estimate, "weights of the UNet"))
                    .isEqualTo(4 * model.unet().size());
            assertThat(bytes(estimate, "weights of structure tokens"))
                    .isEqualTo(4 * model.conditioning().structure().size());
            RagDiffusionStep step = new RagDiffusionStep(ReferenceRows.of(0, 0), 8, 8, 77);
            try (Plan plan = KERNELS.compile(step.record(model.unet(), model.conditioning()))) {
                assertThat(bytes(estimate, "values of the denoiser"))
                        .isEqualTo(plan.memory().arena());
                // Layouts round few channels up; with Stable Diffusion's there is nothing to round.
                long packed = bytes(estimate, "packed weights of the denoiser");
                assertThat(plan.memory().weights()).isBetween(packed, packed * 3 / 2);
            }
        }
        // Refused before the weights are looked for.
        Files.delete(folder.resolve("unet").resolve(WEIGHTS));
        assertThatThrownBy(() -> RagDiffusionPipeline.load(folder, null, SIZE, 100_000, KERNELS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.1 MB are allowed")
                .hasMessageContaining("weights of ReferenceNet");
        assertThatThrownBy(() -> load(folder)).isInstanceOf(CheckpointException.class);
    }

    private static long bytes(MemoryEstimate e, String name) {
        return e.parts().stream()
                .filter(p -> p.name().startsWith(name))
                .findFirst()
                .orElseThrow()
                .bytes();
    }

    @Test
    void whatTheVaeTakesIsCountedExactly() throws IOException {
        try (AutoencoderKL vae = AutoencoderKL.load(Goldens.folder("vae/sd4"));
                TensorPool pool = new TensorPool()) {
            try (Tape tape = Tape.inference(KERNELS, pool)) {
                vae.decode(tape, tape.constant(tape.allocate(1, 11, 7, 4)));
            }
            assertThat(EagerMemory.bytes(t -> vae.decode(t, t.constant(t.allocate(1, 11, 7, 4)))))
                    .isEqualTo(pool.allocatedBytes());
        }
    }

    /** Stable Diffusion 1.5 at 512 x 512, from configurations alone. */
    @Test
    void aLargeModelIsEstimatedWithoutLoadingIt() {
        MemoryEstimate e = MemoryEstimate.of(
                org.ragdiff.diffusion.diffusers.unet.UNet2DConfig.stableDiffusion15(),
                RagDiffusionConfig.defaults(),
                org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig.stableDiffusion(),
                SamplingSize.of(64, 64));
        assertThat(bytes(e, "weights of the UNet")).isEqualTo(4 * 859_520_964L);
        assertThat(bytes(e, "weights of the VAE")).isEqualTo(4 * 83_653_863L);
        assertThat(e.total()).isBetween(13 * GIGABYTE, 18 * GIGABYTE);
        assertThat(e.table()).contains("in all");
    }

    @Test
    void badFoldersAreRefused() throws IOException {
        Path rag = created();
        assertThatThrownBy(() -> RagDiffusionFolder.create(temp.resolve("sd"), rag, TinyRagDiffusion.CONFIG, 7))
                .hasMessageContaining("is not empty");
        assertThatThrownBy(() -> load(temp.resolve("sd")))
                .hasMessageContaining("holds a StableDiffusionPipeline, expected a RagDiffusionPipeline");
        Path conditioning = rag.resolve("conditioning/config.json");
        Files.writeString(
                conditioning, Files.readString(conditioning).replace("structure_tokens", "structure_toakens"));
        assertThatThrownBy(() -> load(rag)).hasMessageContaining("unknown key structure_toakens");
        Files.writeString(
                conditioning,
                Files.readString(conditioning).replace("structure_toakens\" : 3", "structure_tokens\" : 2"));
        assertThatThrownBy(() -> load(rag))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("wrong shape: structure.image_proj.proj.weight");
        Path wrong = temp.resolve("odd");
        copy(Goldens.folder("vae/sd4"), wrong);
        assertThatThrownBy(() -> CheckpointFolder.requireFit(
                        wrong,
                        CheckpointFolder.DIFFUSERS,
                        org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel.unset(TinyRagDiffusion.unet()),
                        java.util.Optional::of))
                .hasMessageContaining("missing: [conv_in.bias");
    }
}
