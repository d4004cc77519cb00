package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.OneThread;

/** Trainings in stages, each of which trains more of the network than the one before. */
class TrainingStagesTest {
    private static final TrainingStage ENDS = new TrainingStage(12, 1e-2, List.of("in.*", "out.*"));
    private static final TrainingStage OUTER = new TrainingStage(14, 5e-3, List.of("in.*", "out.*", "block.*"));
    private static final List<TrainingStage> STAGES = List.of(ENDS, OUTER, TrainingStage.ofAll(10));

    private static Kernels kernels;

    /** A run that nothing stopped, shared since it takes seconds: its folder, its weights, those at the ends of stages. */
    @TempDir
    static Path whole;

    private static Map<String, float[]> expected;
    private static final List<Map<String, float[]>> ENDS_OF_STAGES = new ArrayList<>();

    @TempDir
    Path directory;

    /** What a process leaves that is killed. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @BeforeAll
    static void trainTheWhole() throws IOException {
        kernels = OneThread.kernels();
        expected = train(whole, staged(), false, new TrainingListener() {
            @Override
            public void onLog(long step, Map<String, Double> figures) {}

            @Override
            public void onCheckpoint(long step) {
                if (Set.of(12L, 26L, 36L).contains(step)) {
                    try {
                        ENDS_OF_STAGES.add(checkpoint(whole));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        });
    }

    @AfterAll
    static void close() {
        kernels.close();
    }

    /** A warm-up of 5 steps to 0.01, a checkpoint each 10. */
    private static TrainerOptions staged() {
        return TrainingProcess.options(36).withStages(STAGES);
    }

    private static Map<String, float[]> values(Objective o) {
        Map<String, float[]> out = new LinkedHashMap<>();
        o.module().parameters().forEach((n, p) -> out.put(n, HostArrays.read(p.value())));
        return out;
    }

    /** Trains a new network and returns its weights. */
    private static Map<String, float[]> train(
            Path out, TrainerOptions options, boolean resume, TrainingListener listener) throws IOException {
        TinyObjective objective = new TinyObjective();
        try {
            new Trainer(objective, options, kernels, out).run(resume, listener);
            return values(objective);
        } finally {
            objective.module().close();
        }
    }

    private static Map<String, float[]> checkpoint(Path out) throws IOException {
        Map<String, float[]> arrays = new TreeMap<>();
        try (SafetensorsFile f = SafetensorsFile.open(out.resolve("checkpoint.safetensors"))) {
            for (String name : f.names()) {
                try (INDArray a = f.readFloat(name)) {
                    arrays.put(name, HostArrays.read(a));
                }
            }
        }
        return arrays;
    }

    private static TreeMap<Long, JsonNode> log(Path out) throws IOException {
        TreeMap<Long, JsonNode> lines = new TreeMap<>();
        for (String line : Files.readAllLines(out.resolve("log.jsonl"))) {
            JsonNode node = new ObjectMapper().readTree(line);
            assertThat(lines.put(node.get("step").asLong(), node)).as(line).isNull();
        }
        return lines;
    }

    private static void assertSame(Map<String, float[]> got, Map<String, float[]> expected) {
        assertThat(got.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, v) -> assertThat(got.get(name)).as(name).isEqualTo(v));
    }

    @Test
    void eachStageTrainsWhatItNamesAndTheRestStaysToTheBit() {
        TinyObjective fresh = new TinyObjective();
        Map<String, float[]> before = values(fresh);
        fresh.module().close();
        assertThat(ENDS_OF_STAGES).hasSize(3);
        String[] trained = {"(in|out)\\..*", "(in|out|block)\\..*", ".*"};
        for (int i = 0; i < 3; i++) {
            Map<String, float[]> stored = ENDS_OF_STAGES.get(i);
            for (String name : expected.keySet()) {
                float[] after = stored.get("weight." + name);
                assertThat(Arrays.equals(before.put(name, after), after))
                        .as("%s in stage %d", name, i + 1)
                        .isEqualTo(!name.matches(trained[i]));
                assertThat(stored.containsKey("m." + name)).as(name).isEqualTo(name.matches(trained[i]));
            }
        }
        assertSame(before, expected);
    }

    /** The first stage is a training with groups that name and freeze the same. */
    @Test
    void aStageIsATrainingOfItsOwn() throws IOException {
        TrainerOptions alone = new TrainerOptions(
                12,
                1e-2,
                5,
                TrainerOptions.Schedule.COSINE,
                0.9,
                0.99,
                0.01,
                1,
                0.99,
                1,
                10,
                0,
                false,
                1,
                2,
                List.of(
                        ParameterGroup.rate("in.*", 1e-2),
                        ParameterGroup.rate("out.*", 1e-2),
                        ParameterGroup.frozen("*")),
                List.of());
        train(directory.resolve("alone"), alone, false, TrainingListener.NONE);
        assertSame(checkpoint(directory.resolve("alone")), ENDS_OF_STAGES.get(0));
    }

    /** Warm-up of 5 steps and cosine to 2 % of the peak, in each stage anew. */
    @Test
    void ratesBeginAnewWithEachStage() throws IOException {
        TreeMap<Long, JsonNode> log = log(whole);
        assertThat(log).hasSize(36);
        double[] peaks = {1e-2, 5e-3, 1e-2};
        long[] firsts = {0, 12, 26, 36};
        for (int s = 0; s < 3; s++) {
            long steps = firsts[s + 1] - firsts[s];
            for (long i = 0; i < steps; i++) {
                double cosine = 0.5 * (1 + Math.cos(Math.PI * (i - 5) / (steps - 5.0)));
                double expected = peaks[s] * (i < 5 ? (i + 1) / 5.0 : 0.02 + 0.98 * cosine);
                assertThat(log.get(firsts[s] + i + 1).get("learningRate").asDouble())
                        .as("step %d of stage %d", i, s + 1)
                        .isCloseTo(expected, within(1e-12));
            }
        }
        assertThat(meanLoss(log, 31, 36)).isLessThan(0.5 * meanLoss(log, 1, 3));
    }

    private static double meanLoss(TreeMap<Long, JsonNode> log, long from, long to) {
        return log.subMap(from, true, to, true).values().stream()
                .mapToDouble(n -> n.get("loss").asDouble())
                .average()
                .orElseThrow();
    }

    private static TrainingListener killingAt(long step) {
        return (finished, metrics) -> {
            if (finished == step) {
                throw new Killed();
            }
        };
    }

    /** At the end of the first stage, and within the second before it has a checkpoint of its own and after. */
    @Test
    void aKilledRunGoesOnInItsStageToTheSameBits() throws IOException {
        Map<String, float[]> checkpoint = checkpoint(whole);
        TreeMap<Long, JsonNode> log = log(whole);
        Map<Integer, Integer> resumedAfter = Map.of(12, 10, 19, 12, 24, 20);
        for (Map.Entry<Integer, Integer> kill : resumedAfter.entrySet()) {
            Path killed = directory.resolve("killed-" + kill.getKey());
            assertThatThrownBy(() -> train(killed, staged(), false, killingAt(kill.getKey())))
                    .isInstanceOf(Killed.class);
            List<Long> steps = new ArrayList<>();
            Map<String, float[]> got = train(killed, staged(), true, (step, m) -> steps.add(step));
            assertThat(steps).as("killed at %d", kill.getKey()).startsWith(kill.getValue() + 1L);
            assertSame(got, expected);
            assertSame(checkpoint(killed), checkpoint);
            TreeMap<Long, JsonNode> again = log(killed);
            assertThat(again.keySet()).isEqualTo(log.keySet());
            log.forEach((step, line) -> assertThat(again.get(step).get("loss")).isEqualTo(line.get("loss")));
        }
        assertSame(train(whole, staged(), true, TrainingListener.NONE), expected);
    }

    @Test
    void otherStagesAreAnotherTraining() {
        List<TrainingStage> others = List.of(TrainingStage.ofAll(12), OUTER, TrainingStage.ofAll(10));
        assertThatThrownBy(
                        () -> train(whole, TrainingProcess.options(36).withStages(others), true, TrainingListener.NONE))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageContaining("stages=[12 steps of in.*, out.* at 0.01, ")
                .hasMessageContaining("stages=[12 steps of *, ");
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsTrained() {
        TrainingStage typing = new TrainingStage(24, null, List.of("blok.*"));
        assertThatThrownBy(() -> train(
                        directory,
                        TrainingProcess.options(36).withStages(List.of(ENDS, typing)),
                        false,
                        TrainingListener.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"blok.*\" of a group or stage of the trainer matches none of ")
                .hasMessageContaining("block.conv1.bias");
        assertThat(directory).isEmptyDirectory();
        assertThatThrownBy(() -> TrainingProcess.options(40).withStages(STAGES))
                .hasMessage("the stages have 36 steps in all, expected steps, 40");
        assertThatThrownBy(() -> staged().withGroups(List.of(ParameterGroup.frozen("in.*"))))
                .hasMessageContaining("groups and stages are both given");
        assertThatThrownBy(() -> new TrainingStage(0, null, List.of("*"))).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> new TrainingStage(1, -1.0, List.of("*"))).hasMessageContaining("positive number");
        assertThatThrownBy(() -> new TrainingStage(1, null, List.of()))
                .hasMessageContaining("train of a stage is empty");
    }
}
