package org.ragdiff.diffusion.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.diffusion.GradientCheck;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.Patches;
import org.ragdiff.diffusion.StepRandom;

class VaeTest {
    /** Two colours divided by a line that moves with the image. */
    private static final StandardImages HALVES = new StandardImages() {
        @Override
        public int side() {
            return 8;
        }

        @Override
        public float[] batch(long seed, long step, int size) {
            SplittableRandom random = StepRandom.of(seed, step, 7);
            float[] out = new float[size * 8 * 8 * 3];
            for (int n = 0; n < size; n++) {
                int border = 2 + random.nextInt(4);
                double[] colour = random.doubles(6, -1, 1).toArray();
                for (int i = 0; i < 64; i++) {
                    for (int c = 0; c < 3; c++) {
                        out[(n * 64 + i) * 3 + c] = (float) colour[i % 8 < border ? c : 3 + c];
                    }
                }
            }
            return out;
        }
    };

    private static VaeObjective objective(Vae vae) {
        VaeTrainingOptions options = VaeTrainingOptions.defaults().withBatch(2).withKlWeight(0.1);
        return new VaeObjective(vae, HALVES, options, Networks.KERNELS, HALVES.batch(99, 0, 3));
    }

    @Test
    void gradientsEqualFiniteDifferences() {
        try (Vae vae = new Vae(new SplittableRandom(1), Networks.tinyVae())) {
            Networks.randomise(vae, 2, 0.3);
            // Signs of the absolute errors must not flip within the step.
            VaeTrainingOptions smooth = VaeTrainingOptions.defaults()
                    .withBatch(2)
                    .withKlWeight(0.1)
                    .withReconstruction(new ReconstructionLoss(0, 1, 0));
            GradientCheck.check(
                    new VaeObjective(vae, HALVES, smooth, Networks.KERNELS, new float[0]),
                    Networks.KERNELS,
                    1e-2,
                    2e-2);
        }
    }

    @Test
    void trainingLowersTheLossAndItsWeightsLoad(@TempDir Path dir) throws Exception {
        Vae vae = new Vae(new SplittableRandom(1), Networks.tinyVae());
        VaeObjective objective = objective(vae);
        double[] loss = new double[2];
        TrainerOptions options = TrainerOptions.defaults(60, 5e-3);
        new Trainer(objective, options, Networks.KERNELS, dir).run(false, new TrainingListener() {
            @Override
            public void onLog(long step, Map<String, Double> m) {
                loss[0] = loss[0] == 0 ? m.get("reconstruction") : loss[0];
                loss[1] = m.get("reconstruction");
            }
        });
        assertThat(loss[1]).isLessThan(0.7 * loss[0]);
        Metrics held = new Metrics();
        objective.validate(60, held);
        assertThat(held.asMap().get("heldOutPsnr")).isGreaterThan(5);
        try (VaeCodec codec = VaeWeights.load(dir, Networks.KERNELS)) {
            assertThat(codec.channels()).isEqualTo(3);
            assertThat(codec.factor()).isEqualTo(4);
            INDArray images = Networks.array(HALVES.batch(5, 1, 9), 9, 8, 8, 3);
            float[] z = HostArrays.read(codec.encode(images));
            double sum = 0;
            double squares = 0;
            for (float v : z) {
                sum += v;
                squares += v * v;
            }
            assertThat(sum / z.length).isCloseTo(0, within(0.5));
            assertThat(squares / z.length).isCloseTo(1, within(0.6));
            assertThat(codec.decode(codec.encode(images)).shape()).containsExactly(9, 8, 8, 3);
        }
        vae.close();
    }

    @Test
    void aReloadedCodecComputesTheSame(@TempDir Path dir) throws Exception {
        Vae vae = new Vae(new SplittableRandom(4), Networks.tinyVae());
        LatentScaling scaling = new LatentScaling(new float[] {1, -2, 0}, new float[] {2, 0.5f, 3});
        Path file = dir.resolve("vae.safetensors");
        SafetensorsWriter.write(file, vae.state(), Dtype.F32, VaeWeights.metadata(vae.config(), scaling));
        try (VaeCodec original = new VaeCodec(vae, scaling, Networks.KERNELS);
                VaeCodec loaded = VaeWeights.load(file, Networks.KERNELS);
                INDArray images = Networks.normal(3, 2, 8, 12, 3)) {
            assertThat(loaded.fingerprint()).isEqualTo(original.fingerprint());
            assertThat(HostArrays.read(loaded.encode(images)))
                    .containsExactly(HostArrays.read(original.encode(images)));
            assertThat(loaded.encode(images).shape()).containsExactly(2, 2, 3, 3);
            assertThatThrownBy(() -> loaded.encode(Networks.normal(1, 1, 7, 8, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("multiples of 4");
        }
    }

    @Test
    void patchesFoldAndUnfold() {
        try (TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(Networks.KERNELS, pool)) {
            float[] values = new float[2 * 2 * 4];
            for (int i = 0; i < values.length; i++) {
                values[i] = i;
            }
            // One row of two patches: pixels (0, 1 | 2, 3) above (4, 5 | 6, 7), of two channels.
            Var x = tape.constant(Networks.array(values, 1, 2, 4, 2));
            Var folded = Patches.fold(tape, x, 2);
            assertThat(folded.shape()).containsExactly(1, 1, 2, 8);
            assertThat(HostArrays.read(folded.value()))
                    .containsExactly(0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15);
            assertThat(HostArrays.read(Patches.unfold(tape, folded, 2).value())).containsExactly(values);
        }
    }

    @Test
    void reconstructionLossHasItsClosedForm() {
        // x − y = [1, 3; −1, 0]: |.| mean 5/4, squares 11/4, neighbour differences 2, 1, 2, 3.
        try (TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(Networks.KERNELS, pool)) {
            Var x = tape.constant(Networks.array(new float[] {2, 3, 0, 1}, 1, 2, 2, 1));
            INDArray y = Networks.array(new float[] {1, 0, 1, 1}, 1, 2, 2, 1);
            double value =
                    new ReconstructionLoss(1, 10, 100).apply(tape, x, y).loss().item();
            assertThat(value).isCloseTo(1.25 + 27.5 + 100 * 8 / 4.0, within(1e-4));
        }
    }

    @Test
    void configurationsAreChecked() {
        assertThatThrownBy(() -> VaeConfig.defaults().withChannels(List.of(32, 65), List.of(32, 64)))
                .hasMessageContaining("normGroups");
        assertThatThrownBy(() -> VaeConfig.defaults().withChannels(List.of(32), List.of(32, 64)))
                .hasMessageContaining("levels");
        assertThat(VaeConfig.defaults().factor()).isEqualTo(4);
    }
}
