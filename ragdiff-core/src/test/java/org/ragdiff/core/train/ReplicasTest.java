package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Linear least squares, whose gradient is 2/n · Xᵀ(Xw + b − y): parts of a batch against the whole. */
class ReplicasTest {
    private static final int ROWS = 12;
    private static final int COLUMNS = 5;

    private final Kernels kernels = KernelProviders.defaultKernels();
    private final List<LeastSquares> made = new ArrayList<>();

    @AfterEach
    void close() {
        made.forEach(o -> o.module().close());
        kernels.close();
    }

    /** The mean squared error over some rows of a step's regression problem. */
    private static final class LeastSquares implements Objective {
        private final Linear network;
        private final int from;
        private final int to;
        private final long brokenStep;

        LeastSquares(long seed, int from, int to, long brokenStep) {
            this.network = new Linear(new SplittableRandom(seed), COLUMNS, 1);
            this.from = from;
            this.to = to;
            this.brokenStep = brokenStep;
        }

        static float x(long step, int row, int column) {
            return (float) Math.sin(1 + 1.7 * row + 0.9 * column * (1 + step % 3) + step);
        }

        static float y(long step, int row) {
            float sum = 0.3f;
            for (int j = 0; j < COLUMNS; j++) {
                sum += x(step, row, j) * (j - 1.5f);
            }
            return sum;
        }

        @Override
        public Module module() {
            return network;
        }

        @Override
        public Var loss(Tape t, long step, Metrics metrics) {
            int n = to - from;
            float[] xs = new float[n * COLUMNS];
            float[] ys = new float[n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < COLUMNS; j++) {
                    xs[i * COLUMNS + j] = x(step, from + i, j);
                }
                ys[i] = step == brokenStep ? Float.NaN : y(step, from + i);
            }
            INDArray x = t.allocate(n, COLUMNS);
            INDArray y = t.allocate(n, 1);
            HostArrays.write(x, xs);
            HostArrays.write(y, ys);
            metrics.put("rows", n);
            return Losses.meanSquaredError(t, network.apply(t, t.constant(x)), y, null);
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of("ragdiff.test", "least squares");
        }
    }

    /** Networks with other weights each, which share the rows. */
    private List<Objective> parts(int count) {
        List<Objective> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(part(40 + i, i * ROWS / count, (i + 1) * ROWS / count, -1));
        }
        return parts;
    }

    private LeastSquares part(long seed, int from, int to, long brokenStep) {
        LeastSquares o = new LeastSquares(seed, from, to, brokenStep);
        made.add(o);
        return o;
    }

    private static Map<String, float[]> values(Objective o) {
        Map<String, float[]> out = new LinkedHashMap<>();
        o.module().parameters().forEach((n, p) -> out.put(n, HostArrays.read(p.value())));
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void averagedGradientsAreThoseOfTheWholeBatch(int count) {
        List<Objective> parts = parts(count);
        try (Replicas replicas = new Replicas(parts, kernels, TrainingProcess.options(1))) {
            replicas.distribute();
            float[] w = values(parts.get(0)).get("weight");
            float b = values(parts.get(0)).get("bias")[0];
            double[] gradient = new double[COLUMNS + 1];
            double loss = 0;
            for (int i = 0; i < ROWS; i++) {
                double r = b - LeastSquares.y(7, i);
                for (int j = 0; j < COLUMNS; j++) {
                    r += w[j] * LeastSquares.x(7, i, j);
                }
                for (int j = 0; j < COLUMNS; j++) {
                    gradient[j] += 2 * r * LeastSquares.x(7, i, j) / ROWS;
                }
                gradient[COLUMNS] += 2 * r / ROWS;
                loss += r * r / ROWS;
            }
            List<Replicas.Part> steps = replicas.step(7);
            assertThat(steps).hasSize(count);
            assertThat(steps.stream().mapToDouble(Replicas.Part::loss).average().orElseThrow())
                    .isEqualTo(loss, within(1e-5 * loss));
            float[] ofWeight = HostArrays.read(
                    parts.get(0).module().parameters().get("weight").grad());
            for (int j = 0; j < COLUMNS; j++) {
                assertThat((double) ofWeight[j]).as("weight %d", j).isEqualTo(gradient[j], within(1e-5));
            }
            float[] ofBias = HostArrays.read(
                    parts.get(0).module().parameters().get("bias").grad());
            assertThat((double) ofBias[0]).isEqualTo(gradient[COLUMNS], within(1e-5));
            for (Objective other : parts.subList(1, count)) {
                other.module().parameters().values().forEach(p -> assertThat(HostArrays.read(p.grad()))
                        .as("the others start the next step at zero")
                        .containsOnly(0));
            }
        }
    }

    @Test
    void distributingMakesAllNetworksTheFirst() {
        List<Objective> parts = parts(3);
        Map<String, float[]> first = values(parts.get(0));
        assertThat(values(parts.get(2)).get("weight")).isNotEqualTo(first.get("weight"));
        try (Replicas replicas = new Replicas(parts, kernels, TrainingProcess.options(1))) {
            replicas.distribute();
        }
        for (Objective o : parts) {
            values(o).forEach((name, v) -> assertThat(v).as(name).isEqualTo(first.get(name)));
        }
    }

    private List<Double> train(List<Objective> replicas, Path directory) throws Exception {
        List<Double> losses = new ArrayList<>();
        new Trainer(replicas, TrainingProcess.options(15), kernels, directory)
                .run(false, (step, metrics) -> losses.add(metrics.get("loss")));
        return losses;
    }

    @Test
    void twoReplicasLearnWhatOneNetworkLearnsFromTheWholeBatch(@TempDir Path directory) throws Exception {
        List<Objective> two = parts(2);
        List<Objective> one = parts(1);
        List<Double> expected = train(one, directory.resolve("one"));
        List<Double> actual = train(two, directory.resolve("two"));
        assertThat(actual).hasSize(15);
        for (int i = 0; i < 15; i++) {
            assertThat(actual.get(i)).as("loss %d", i).isEqualTo(expected.get(i), within(1e-4 * expected.get(i)));
        }
        Map<String, float[]> weights = values(two.get(0));
        values(one.get(0)).forEach((name, v) -> {
            for (int i = 0; i < v.length; i++) {
                assertThat(weights.get(name)[i]).isEqualTo(v[i], within(1e-4f));
            }
        });
        values(two.get(1)).forEach((name, v) -> assertThat(v).isEqualTo(weights.get(name)));
    }

    /** Each replica's thread takes the time that it takes; the order of the sums is fixed. */
    @Test
    void runsAreRepeatableToTheBit(@TempDir Path directory) throws Exception {
        for (String run : List.of("a", "b")) {
            TinyObjective first = new TinyObjective();
            TinyObjective second = new TinyObjective();
            new Trainer(List.of(first, second), TrainingProcess.options(6), kernels, directory.resolve(run))
                    .run(false, (step, metrics) -> {});
            first.module().close();
            second.module().close();
        }
        for (String file : List.of("weights.safetensors", "checkpoint.safetensors")) {
            assertThat(directory.resolve("a").resolve(file))
                    .hasSameBinaryContentAs(directory.resolve("b").resolve(file));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aReplicaThatFailsEndsTheRun(int broken, @TempDir Path directory) {
        List<Objective> parts = List.of(part(1, 0, 6, broken == 0 ? 3 : -1), part(1, 6, 12, broken == 1 ? 3 : -1));
        assertThatThrownBy(() -> train(parts, directory))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageContaining("loss is NaN at step 3")
                .hasMessageContaining("rows");
    }

    @Test
    void noReplicasAreRefused(@TempDir Path directory) {
        assertThatThrownBy(() -> new Trainer(List.of(), TrainingProcess.options(1), kernels, directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("replicas is empty");
    }
}
