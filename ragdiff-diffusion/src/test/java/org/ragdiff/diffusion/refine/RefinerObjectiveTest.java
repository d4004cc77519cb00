package org.ragdiff.diffusion.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Trainer;
import org.ragdiff.core.train.TrainerOptions;
import org.ragdiff.core.train.TrainingListener;
import org.ragdiff.diffusion.GradientCheck;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.StepRandom;

class RefinerObjectiveTest {
    private static final int SIDE = RefinerInputs.SIDE;

    /** Discs about the middle; the landmark is too large or too small, and the coverage shows by how much. */
    private static RefinerBatch discs(long seed, long step, int size) {
        SplittableRandom random = StepRandom.of(seed, step, 3);
        float[] evidence = new float[size * RefinerInputs.CELLS * RefinerInputs.CHANNELS];
        float[] landmarks = new float[size * RefinerInputs.CELLS];
        float[] truth = new float[size * FineField.CELLS];
        for (int n = 0; n < size; n++) {
            double radius = 12 + 8 * random.nextDouble();
            double wrong = radius + (random.nextBoolean() ? 3 : -3);
            for (int i = 0; i < RefinerInputs.CELLS; i++) {
                double far = Math.hypot(i % SIDE + 0.5 - SIDE / 2.0, i / SIDE + 0.5 - SIDE / 2.0);
                int at = n * RefinerInputs.CELLS + i;
                landmarks[at] = (float) (far - wrong);
                evidence[at * RefinerInputs.CHANNELS + 4] = far < radius ? 1 : -1;
                evidence[at * RefinerInputs.CHANNELS + 6] = Math.max(-1, Math.min(1, landmarks[at] / 8));
            }
            for (int i = 0; i < FineField.CELLS; i++) {
                double x = (i % FineField.SIDE + 0.5) / 2 - SIDE / 2.0;
                double y = (i / FineField.SIDE + 0.5) / 2 - SIDE / 2.0;
                truth[n * FineField.CELLS + i] = (float) (Math.hypot(x, y) - radius);
            }
        }
        return new RefinerBatch(size, evidence, landmarks, truth);
    }

    private static RefinerObjective objective(RefinerNet net, int batch) {
        return new RefinerObjective(
                net,
                RefinerObjectiveTest::discs,
                new RefinerTrainingOptions(batch, 0.1, 1),
                Networks.KERNELS,
                List.of(discs(9, 0, 5), discs(9, 1, 3)));
    }

    @Test
    void gradientsEqualFiniteDifferences() {
        try (RefinerNet net = new RefinerNet(new SplittableRandom(1), LearnedRefinerTest.TINY)) {
            Networks.randomise(net, 2, 0.3);
            GradientCheck.check(objective(net, 1), Networks.KERNELS, 1e-2, 2e-2);
        }
    }

    /** IoU of a disc and of one three cells larger or smaller: the ratio of their areas. */
    @Test
    void anUntrainedNetworkHasTheLandmarksIou() {
        Metrics metrics = new Metrics();
        try (RefinerNet net = new RefinerNet(new SplittableRandom(1), LearnedRefinerTest.TINY)) {
            objective(net, 2).validate(0, metrics);
        }
        Map<String, Double> all = metrics.asMap();
        assertThat(all.get("heldOutIou")).isEqualTo(all.get("heldOutLandmarkIou"));
        SplittableRandom first = StepRandom.of(9, 0, 3);
        SplittableRandom second = StepRandom.of(9, 1, 3);
        double expected = 0;
        for (int n = 0; n < 8; n++) {
            SplittableRandom random = n < 5 ? first : second;
            double radius = 12 + 8 * random.nextDouble();
            double wrong = radius + (random.nextBoolean() ? 3 : -3);
            expected += Math.pow(Math.min(radius, wrong) / Math.max(radius, wrong), 2) / 8;
        }
        assertThat(all.get("heldOutIou")).isEqualTo(expected, within(0.01));
    }

    @Test
    void itLearnsToCorrect(@TempDir Path dir) throws IOException {
        Metrics after = new Metrics();
        RefinerNet net = new RefinerNet(new SplittableRandom(1), LearnedRefinerTest.TINY);
        RefinerObjective objective = objective(net, 4);
        new Trainer(objective, TrainerOptions.defaults(120, 1e-2), Networks.KERNELS, dir)
                .run(false, TrainingListener.NONE);
        objective.validate(0, after);
        assertThat(after.asMap().get("heldOutLandmarkIou")).isLessThan(0.75);
        assertThat(after.asMap().get("heldOutIou")).isGreaterThan(0.9);
        net.close();
        try (LearnedRefiner loaded = RefinerWeights.load(dir, Networks.KERNELS)) {
            assertThat(loaded.fingerprint()).isNotBlank();
        }
    }

    @Test
    void whatDoesNotFitIsRefused(@TempDir Path dir) throws IOException {
        assertThatThrownBy(() -> new RefinerBatch(2, new float[7], new float[1], new float[1]))
                .hasMessageContaining("batch of 2");
        assertThatThrownBy(() -> new RefinerConfig(List.of(4, 6), 1, 4, 4)).hasMessageContaining("normGroups 4");
        assertThatThrownBy(() -> new RefinerConfig(List.of(4, 6), 1, 4, 2)).hasMessageContaining("headChannels 4");
        assertThatThrownBy(() -> new RefinerTrainingOptions(0, 1, 1)).hasMessageContaining("batch must be");
        assertThatThrownBy(() -> new RefinerTrainingOptions(1, Double.NaN, 1)).hasMessageContaining("fieldWeight");
        Path other = dir.resolve("other.safetensors");
        try (RefinerNet net = new RefinerNet(new SplittableRandom(1), LearnedRefinerTest.TINY)) {
            SafetensorsWriter.write(other, net.state(), Dtype.F32, Map.of("ragdiff.kind", "vae"));
        }
        assertThatThrownBy(() -> RefinerWeights.load(other, Networks.KERNELS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of kind vae, expected refiner");
    }
}
