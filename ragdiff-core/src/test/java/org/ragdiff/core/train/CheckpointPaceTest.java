package org.ragdiff.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Losses;
import org.ragdiff.core.tensor.OneThread;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Under a clock that only the steps move. */
class CheckpointPaceTest {
    private static final long SECOND = 1_000_000_000;
    private static final int SECONDS_PER_STEP = 25;

    private final AtomicLong clock = new AtomicLong(77);

    /** Each loss takes some seconds. */
    private record Slow(Linear network, AtomicLong clock, int exactEvery) implements Objective {
        @Override
        public Module module() {
            return network;
        }

        @Override
        public Var loss(Tape t, long step, Metrics metrics) {
            clock.addAndGet(SECONDS_PER_STEP * SECOND);
            INDArray x = t.allocate(1, 2);
            INDArray y = t.allocate(1, 1);
            HostArrays.write(x, new float[] {1, 2});
            HostArrays.write(y, new float[] {3});
            return Losses.meanSquaredError(t, network.apply(t, t.constant(x)), y, null);
        }

        @Override
        public boolean resumesExactlyAfter(long losses) {
            return losses % exactEvery == 0;
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }
    }

    /** Steps that are lost by a kill after each step from the first to the last. */
    private List<Long> lost(Path directory, TrainerOptions options, int exactEvery) throws Exception {
        List<Long> lost = new ArrayList<>();
        try (Kernels kernels = OneThread.kernels()) {
            Slow objective = new Slow(new Linear(new SplittableRandom(1), 2, 1), clock, exactEvery);
            // A step is logged before it is stored: a kill there is the worst moment.
            new Trainer(List.of(objective), options, kernels, directory, clock::get)
                    .run(false, (step, metrics) -> lost.add(step - stored(directory)));
            objective.module().close();
        }
        return lost;
    }

    private static long stored(Path directory) {
        Path checkpoint = directory.resolve("checkpoint.safetensors");
        if (!Checkpoint.exists(checkpoint)) {
            return 0;
        }
        try (SafetensorsFile f = SafetensorsFile.open(checkpoint)) {
            return Long.parseLong(f.metadata().get("ragdiff.step"));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static TrainerOptions options(double minutes) {
        return new TrainerOptions(
                24,
                1e-3,
                0,
                TrainerOptions.Schedule.CONSTANT,
                0.9,
                0.99,
                0,
                1,
                0,
                1,
                1000,
                0,
                false,
                1,
                minutes,
                List.of(),
                List.of());
    }

    @Test
    void aKillLosesAtMostTwoMinutesAndTheRunningStep(@TempDir Path directory) throws Exception {
        List<Long> lost = lost(directory, options(2), 1);
        assertThat(lost).hasSize(24).allMatch(steps -> (steps - 1) * SECONDS_PER_STEP < 120);
        // 5 steps of 25 s are the first to pass two minutes.
        assertThat(lost.subList(0, 7)).containsExactly(1L, 2L, 3L, 4L, 5L, 1L, 2L);
    }

    @Test
    void withoutTheClockOnlyStepsCount(@TempDir Path directory) throws Exception {
        assertThat(lost(directory, options(0), 1)).endsWith(22L, 23L, 24L);
    }

    /** Where a run could not go on exactly, the clock waits. */
    @Test
    void theClockWaitsForAStepThatCanBeResumed(@TempDir Path directory) throws Exception {
        assertThat(lost(directory, options(2), 7).subList(0, 9)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 1L, 2L);
    }

    @Test
    void slowWritingStretchesTheInterval() {
        CheckpointPace pace = new CheckpointPace(1, clock::get);
        assertThat(pace.due()).isFalse();
        clock.addAndGet(60 * SECOND);
        assertThat(pace.due()).isTrue();
        pace.write(() -> clock.addAndGet(9 * SECOND));
        clock.addAndGet(179 * SECOND);
        assertThat(pace.due())
                .as("a twentieth of the time is nine seconds of three minutes")
                .isFalse();
        clock.addAndGet(SECOND);
        assertThat(pace.due()).isTrue();
        pace.write(() -> clock.addAndGet(SECOND));
        clock.addAndGet(60 * SECOND);
        assertThat(pace.due()).isTrue();
    }

    @Test
    void negativeMinutesAreRefused() {
        assertThatThrownBy(() -> options(2).withCheckpointMinutes(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("checkpointMinutes is -1.0, expected at least 0");
    }
}
