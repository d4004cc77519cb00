package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.OneThread;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** The rows of each step in one batch, in parts one after another, and in parts side by side. */
class AccumulationTest {
    private static final int STEPS = 12;
    private static final int ROWS = 24;
    private static final int COLUMNS = 5;

    /** Least squares on one of the parts of each step's rows; the part is that of the loss and of the replica. */
    private record Regression(Linear network, int losses, int replicas, int replica) implements Objective {
        @Override
        public Module module() {
            return network;
        }

        @Override
        public Var loss(Tape t, long loss, Metrics metrics) {
            int n = ROWS / losses / replicas;
            int first = ((int) (loss % losses) * replicas + replica) * n;
            SplittableRandom random = new SplittableRandom(loss / losses);
            float[] xs = new float[ROWS * COLUMNS];
            for (int i = 0; i < xs.length; i++) {
                xs[i] = (float) random.nextGaussian();
            }
            float[] ys = new float[n];
            for (int i = 0; i < n; i++) {
                ys[i] = 2 * xs[(first + i) * COLUMNS] - xs[(first + i) * COLUMNS + 3];
            }
            INDArray x = t.allocate(n, COLUMNS);
            INDArray y = t.allocate(n, 1);
            HostArrays.write(x, 0, xs, first * COLUMNS, n * COLUMNS);
            HostArrays.write(y, ys);
            metrics.put("rows", n);
            return Losses.meanSquaredError(t, network.apply(t, t.constant(x)), y, null);
        }

        @Override
        public int samples() {
            return ROWS / losses / replicas;
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }
    }

    private record Course(List<Double> losses, List<Double> norms, Map<String, float[]> weights) {}

    private static Course train(Path directory, int losses, int replicas) throws Exception {
        List<Regression> objectives = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            objectives.add(new Regression(new Linear(new SplittableRandom(3), COLUMNS, 1), losses, replicas, i));
        }
        Course course = new Course(new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
        try (Kernels kernels = OneThread.kernels()) {
            new Trainer(objectives, TrainingProcess.options(STEPS).withAccumulate(losses), kernels, directory)
                    .run(false, (step, metrics) -> {
                        course.losses().add(metrics.get("loss"));
                        course.norms().add(metrics.get("gradientNorm"));
                        assertThat(metrics.get("rows")).isCloseTo((double) ROWS / losses / replicas, within(1e-9));
                        assertThat(metrics.get("imagesPerSecond")).isPositive();
                    });
        }
        objectives.get(0).module().parameters().forEach((n, p) -> course.weights()
                .put(n, HostArrays.read(p.value())));
        objectives.forEach(o -> o.module().close());
        return course;
    }

    @ParameterizedTest
    @CsvSource({"2,1", "6,1", "3,2", "4,3"})
    void manySmallBatchesAreOneLargeOne(int losses, int replicas, @TempDir Path directory) throws Exception {
        Course whole = train(directory.resolve("whole"), 1, 1);
        Course parts = train(directory.resolve("parts"), losses, replicas);
        for (int i = 0; i < STEPS; i++) {
            double loss = whole.losses().get(i);
            double norm = whole.norms().get(i);
            assertThat(parts.losses().get(i)).as("loss %d", i).isCloseTo(loss, within(1e-5 * loss));
            assertThat(parts.norms().get(i)).as("norm %d", i).isCloseTo(norm, within(1e-4 * norm));
        }
        whole.weights().forEach((name, w) -> {
            for (int i = 0; i < w.length; i++) {
                assertThat(parts.weights().get(name)[i]).as(name).isCloseTo(w[i], within(1e-4f));
            }
        });
    }

    @Test
    void aCheckpointOfOtherAccumulationIsAnotherRun() {
        TrainerOptions plain = TrainingProcess.options(STEPS);
        assertThat(plain.withAccumulate(1).identity())
                .isEqualTo(plain.identity())
                .doesNotContain("accumulate");
        assertThat(plain.withAccumulate(2).identity()).isNotEqualTo(plain.identity());
        assertThat(plain.withCheckpointMinutes(9).identity()).isEqualTo(plain.identity());
    }
}
