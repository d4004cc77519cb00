package org.ragdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.Denoiser;
import org.ragdiff.core.DenoiserCondition;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.diffusion.GradientCheck;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.schedule.ScheduleConfig;

class DenoisingUnetTest {
    private static final ScheduleConfig SCHEDULE = ScheduleConfig.defaults();

    private final INDArray structure = Networks.normal(1, 2, 5);
    private final INDArray landmark = Networks.normal(2, 2, 9, 9, 1).muli(0.1);
    private final INDArray reference = Networks.normal(3, 2, 6, 4, 3);
    private final INDArray noisy = Networks.normal(4, 2, 6, 4, 3);

    private static DiffusionBatchSource batches(int distinct) {
        return (seed, step, size) -> {
            SplittableRandom random = StepRandom.of(seed, step % distinct, 1);
            float[] landmarks = StepRandom.normals(random, size * 81);
            for (int i = 0; i < landmarks.length; i++) {
                landmarks[i] *= 0.1f;
            }
            return new DiffusionBatch(
                    size,
                    6,
                    4,
                    StepRandom.normals(random, size * 72),
                    StepRandom.normals(random, size * 72),
                    StepRandom.normals(random, size * 5),
                    landmarks,
                    9,
                    null);
        };
    }

    private static UnetDenoiser denoiser(DenoisingUnet unet) {
        return new UnetDenoiser(unet, SCHEDULE, Networks.KERNELS);
    }

    private static DenoisingUnet randomUnet() {
        DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(1), Networks.tinyUnet());
        Networks.randomise(unet, 5, 0.25);
        return unet;
    }

    private float[] predict(Denoiser d, DenoiserCondition... conditions) {
        int rows = 2 * conditions.length;
        INDArray in = Networks.array(repeat(HostArrays.read(noisy), conditions.length), rows, 6, 4, 3);
        INDArray out = Networks.array(new float[rows * 72], rows, 6, 4, 3);
        try (Denoiser.Prepared p = d.prepare(Arrays.asList(conditions), 6, 4)) {
            d.predict(in, 400, p, out);
        }
        return HostArrays.read(out);
    }

    private static float[] repeat(float[] a, int times) {
        float[] out = new float[a.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(a, 0, out, i * a.length, a.length);
        }
        return out;
    }

    @Test
    void gradientsOfAllParametersEqualFiniteDifferences() {
        try (DenoisingUnet unet = randomUnet()) {
            DiffusionTrainingOptions options =
                    DiffusionTrainingOptions.defaults().withBatch(4).withDropout(0.3, 0.3, 0.4, 0);
            GradientCheck.check(
                    new DiffusionObjective(unet, batches(10), SCHEDULE, options, Map.of()),
                    Networks.KERNELS,
                    3e-3,
                    2e-2);
        }
    }

    @Test
    void aNewGuiderChangesNothing() {
        DenoisingUnet unet = randomUnet();
        unet.parameters().forEach((name, p) -> {
            if (name.startsWith("landmark_guider.conv_out")) {
                HostArrays.write(p.value(), new float[(int) p.value().length()]);
            }
        });
        try (UnetDenoiser d = denoiser(unet)) {
            assertThat(predict(d, new DenoiserCondition(2, structure, landmark, reference)))
                    .containsExactly(predict(d, new DenoiserCondition(2, structure, null, reference)));
        }
        try (DenoisingUnet fresh = new DenoisingUnet(new SplittableRandom(1), Networks.tinyUnet())) {
            for (String guider : List.of("landmark_guider", "pattern_guider")) {
                assertThat(HostArrays.read(fresh.parameters()
                                .get(guider + ".conv_out.weight")
                                .value()))
                        .containsOnly(0);
            }
        }
    }

    @Test
    void weightsOfASmallerNetworkLeaveTheRestAsItIs(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("smaller.safetensors");
        try (DenoisingUnet trained = randomUnet();
                DenoisingUnet larger = new DenoisingUnet(new SplittableRandom(2), Networks.tinyUnet())) {
            Map<String, INDArray> smaller = new java.util.LinkedHashMap<>(trained.state());
            smaller.keySet().removeIf(name -> name.startsWith("pattern_guider.conv_out"));
            SafetensorsWriter.write(file, smaller, Dtype.F32, UnetWeights.metadata(trained.config(), SCHEDULE));
            assertThat(StoredWeights.open(file).loadIntoLarger(larger, List.of()))
                    .containsExactly("pattern_guider.conv_out.bias", "pattern_guider.conv_out.weight");
            larger.state().forEach((name, value) -> {
                float[] expected = name.startsWith("pattern_guider.conv_out")
                        ? new float[(int) value.length()]
                        : HostArrays.read(trained.state().get(name));
                assertThat(HostArrays.read(value)).as(name).containsExactly(expected);
            });
        }
    }

    @Test
    void everyConditionChangesTheOutput() {
        try (UnetDenoiser d = denoiser(randomUnet())) {
            DenoiserCondition all = new DenoiserCondition(2, structure, landmark, reference);
            float[] full = predict(d, all);
            for (DenoiserCondition without : List.of(
                    new DenoiserCondition(2, null, landmark, reference),
                    new DenoiserCondition(2, structure, null, reference),
                    new DenoiserCondition(2, structure, landmark, null))) {
                assertThat(distance(full, predict(d, without))).isGreaterThan(1e-3);
            }
        }
    }

    @Test
    void branchesOfOneBatchEqualSeparateRuns() {
        try (UnetDenoiser d = denoiser(randomUnet())) {
            DenoiserCondition all = new DenoiserCondition(2, structure, landmark, reference);
            DenoiserCondition some = new DenoiserCondition(2, structure, null, reference);
            DenoiserCondition none = DenoiserCondition.none(2);
            float[] together = predict(d, none, all, some);
            int n = together.length / 3;
            assertThat(distance(Arrays.copyOfRange(together, 0, n), predict(d, none)))
                    .isLessThan(1e-5);
            assertThat(distance(Arrays.copyOfRange(together, n, 2 * n), predict(d, all)))
                    .isLessThan(1e-5);
            assertThat(distance(Arrays.copyOfRange(together, 2 * n, 3 * n), predict(d, some)))
                    .isLessThan(1e-5);
        }
    }

    private static double distance(float[] a, float[] b) {
        double max = 0;
        for (int i = 0; i < a.length; i++) {
            max = Math.max(max, Math.abs(a[i] - b[i]));
        }
        return max;
    }

    @Test
    void anUntrainedNetworkPredictsZeroSoTheFirstLossIsTheTargetsPower() {
        try (DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(1), Networks.tinyUnet());
                TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(Networks.KERNELS, pool)) {
            DiffusionTrainingOptions options =
                    DiffusionTrainingOptions.defaults().withBatch(24);
            DiffusionObjective objective = new DiffusionObjective(unet, batches(10), SCHEDULE, options, Map.of());
            // v of unit-variance latents and noise has unit variance.
            assertThat(objective.loss(tape, 0, new Metrics()).item()).isCloseTo(1, within(0.15));
        }
    }

    @Test
    void learnsAFewSamplesAndItsWeightsLoad(@TempDir Path dir) throws Exception {
        DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(1), Networks.tinyUnet());
        DiffusionTrainingOptions options =
                DiffusionTrainingOptions.defaults().withBatch(4).withDropout(0.1, 0.1, 0.1, 0);
        DiffusionObjective objective = new DiffusionObjective(unet, batches(1), SCHEDULE, options, Map.of("a", "b"));
        double[] loss = new double[2];
        TrainerOptions training = TrainerOptions.defaults(120, 1e-2);
        new Trainer(objective, training, Networks.KERNELS, dir).run(false, (step, m) -> {
            loss[0] = loss[0] == 0 ? m.get("loss") : loss[0];
            loss[1] = m.get("loss");
        });
        assertThat(loss[1]).isLessThan(0.8 * loss[0]);
        try (UnetDenoiser loaded = UnetWeights.load(dir, Networks.KERNELS)) {
            assertThat(loaded.config()).isEqualTo(Networks.tinyUnet());
            assertThat(loaded.schedule()).isEqualTo(SCHEDULE);
        }
        unet.close();
    }

    @Test
    void checkpointingChangesNoBitOfTheGradients() {
        DiffusionTrainingOptions options = DiffusionTrainingOptions.defaults().withBatch(4);
        List<Map<String, float[]>> gradients = new ArrayList<>();
        long[] peak = new long[2];
        for (boolean checkpointing : new boolean[] {false, true}) {
            try (DenoisingUnet unet = randomUnet();
                    TensorPool pool = new TensorPool();
                    Tape tape = Tape.training(Networks.KERNELS, pool, checkpointing)) {
                unet.requireGrad(true);
                DiffusionObjective objective = new DiffusionObjective(unet, batches(4), SCHEDULE, options, Map.of());
                tape.backward(objective.loss(tape, 0, new Metrics()));
                Map<String, float[]> g = new LinkedHashMap<>();
                unet.parameters().forEach((n, p) -> g.put(n, HostArrays.read(p.grad())));
                peak[gradients.size()] = pool.peakBytes();
                gradients.add(g);
            }
        }
        gradients.get(0).forEach((name, g) -> assertThat(gradients.get(1).get(name))
                .as(name)
                .containsExactly(g));
        assertThat(peak[1]).isLessThan(peak[0]);
    }

    @Test
    void aReloadedDenoiserPredictsTheSame(@TempDir Path dir) throws Exception {
        DenoisingUnet unet = randomUnet();
        Path file = dir.resolve("unet.safetensors");
        SafetensorsWriter.write(file, unet.state(), Dtype.F32, UnetWeights.metadata(unet.config(), SCHEDULE));
        DenoiserCondition all = new DenoiserCondition(2, structure, landmark, reference);
        try (UnetDenoiser original = denoiser(unet);
                UnetDenoiser loaded = UnetWeights.load(file, Networks.KERNELS)) {
            assertThat(predict(loaded, all)).containsExactly(predict(original, all));
            assertThat(loaded.fingerprint()).isEqualTo(original.fingerprint());
        }
    }

    @Test
    void parameterNamesAreThoseOfDiffusers() {
        try (DenoisingUnet unet = new DenoisingUnet(new SplittableRandom(1), UnetConfig.defaults())) {
            assertThat(unet.parameters().keySet())
                    .contains(
                            "conv_in.weight",
                            "time_embedding.linear_1.weight",
                            "down_blocks.0.resnets.0.time_emb_proj.weight",
                            "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.weight",
                            "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_out.0.bias",
                            "down_blocks.1.attentions.0.transformer_blocks.0.ff.net.0.proj.weight",
                            "down_blocks.0.downsamplers.0.conv.weight",
                            "mid_block.resnets.1.conv2.weight",
                            "up_blocks.0.upsamplers.0.conv.bias",
                            "up_blocks.2.resnets.1.conv_shortcut.weight",
                            "conv_norm_out.weight",
                            "conv_out.bias");
            assertThat(unet.size()).isBetween(5_000_000L, 12_000_000L);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (UnetDenoiser d = denoiser(randomUnet())) {
            assertThatThrownBy(() -> d.prepare(List.of(DenoiserCondition.none(1)), 5, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("multiples of 2");
            assertThatThrownBy(() ->
                            d.prepare(List.of(new DenoiserCondition(2, Networks.normal(1, 2, 6), null, null)), 6, 4))
                    .hasMessageContaining("rows of 5");
            try (Denoiser.Prepared p = d.prepare(List.of(DenoiserCondition.none(3)), 6, 4)) {
                assertThatThrownBy(() -> d.predict(noisy, 1, p, noisy)).hasMessageContaining("[3, 6, 4, 3]");
            }
        }
    }
}
