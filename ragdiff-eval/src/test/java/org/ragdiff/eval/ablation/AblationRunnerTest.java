package org.ragdiff.eval.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.eval.ablation.AblationPlan.Cell;
import org.ragdiff.eval.ablation.AblationRunner.State;
import org.ragdiff.eval.stat.SeedFactor;

class AblationRunnerTest {
    private static final List<String> METRICS = List.of("ssim", "deltaE");

    @TempDir
    private Path folder;

    private final AtomicInteger measured = new AtomicInteger();

    /** Values of index, garment and figure; counts its calls. */
    private class Counting implements CellMeasure {
        @Override
        public String identity(Cell cell) {
            return cell.toString();
        }

        @Override
        public long memory(Cell cell) {
            return 10;
        }

        @Override
        public CellFigures measure(Cell cell) throws Exception {
            measured.incrementAndGet();
            return Plans.figures(cell, METRICS, 3, (c, g, m) -> 1.0 / (3 + c.index() + g + m.length()));
        }
    }

    private AblationRunner runner(CellMeasure measure, int parallel, long bytes) {
        return new AblationRunner(
                measure,
                new CellCache(folder.resolve("cells")),
                new MemoryBudget(bytes),
                parallel,
                folder.resolve("logs"));
    }

    private static AblationPlan plan() {
        return Plans.of(METRICS, SeedFactor.NESTED, 2, "slle", "top1", "mean");
    }

    @Test
    void aRepeatedCellCostsNothing() throws Exception {
        AblationRunner.Outcome first = runner(new Counting(), 2, 100).run(plan(), (c, s) -> {});
        assertThat(measured).hasValue(6);
        Map<Integer, State> states = new ConcurrentHashMap<>();
        AblationRunner.Outcome again = runner(new Counting(), 1, 100).run(plan(), (c, s) -> states.put(c.index(), s));
        assertThat(measured).hasValue(6);
        assertThat(states).hasSize(6).containsValue(State.KNOWN).doesNotContainValue(State.MEASURED);
        assertThat(again).isEqualTo(first);
        assertThat(again.cells().get(4).values().get("ssim").get(2)).isEqualTo(1.0 / (3 + 4 + 2 + 4));
        assertThat(again.garments().get("made").get(1)).isEqualTo(new CellFigures.Garment("garment-1", null, 0.1));
    }

    @Test
    void cellsOfOneIdentityAreMeasuredOnce() throws Exception {
        CellMeasure same = new Counting() {
            @Override
            public String identity(Cell cell) {
                return "seed " + cell.seed();
            }
        };
        AblationRunner.Outcome out = runner(same, 3, 100).run(plan(), (c, s) -> {});
        assertThat(measured).hasValue(2);
        assertThat(out.cells().get(4).values()).isEqualTo(out.cells().get(0).values());
    }

    @Test
    void aFailingCellIsReportedAndTheOthersGoOn() throws Exception {
        CellMeasure failing = new Counting() {
            @Override
            public CellFigures measure(Cell cell) throws Exception {
                if (cell.index() == 1) {
                    throw new IllegalStateException("no such weights\nsecond line");
                }
                if (cell.index() == 2) {
                    throw new OutOfMemoryError("too large");
                }
                if (cell.index() == 3) {
                    return Plans.figures(cell, METRICS, 2, (c, g, m) -> 1);
                }
                return super.measure(cell);
            }

            @Override
            public String identity(Cell cell) {
                if (cell.index() == 4) {
                    throw new IllegalArgumentException("unknown model");
                }
                return super.identity(cell);
            }
        };
        Map<Integer, State> states = new ConcurrentHashMap<>();
        AblationRunner.Outcome out = runner(failing, 2, 100).run(plan(), (c, s) -> states.put(c.index(), s));
        assertThat(out.cells())
                .extracting(CellResult::failure)
                .containsExactly(
                        null,
                        "no such weights",
                        "too large",
                        "measured other garments than the first cell of its data",
                        "unknown model",
                        null);
        assertThat(states)
                .containsEntry(1, State.FAILED)
                .containsEntry(4, State.FAILED)
                .hasSize(6);
        assertThat(folder.resolve("logs/cell-0001.log"))
                .content()
                .contains("seed 2", "IllegalStateException: no such weights", "AblationRunnerTest");
        assertThat(out.cells().get(1).values()).isEmpty();
        // Mended, only what failed is measured.
        measured.set(0);
        runner(new Counting(), 1, 100).run(plan(), (c, s) -> {});
        assertThat(measured).hasValue(3);
    }

    @Test
    void memoryBoundsWhatRunsAtOnce() throws Exception {
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        CellMeasure large = new Counting() {
            @Override
            public long memory(Cell cell) {
                return cell.index() == 5 ? 101 : 40;
            }

            @Override
            public CellFigures measure(Cell cell) throws Exception {
                most.accumulateAndGet(held.addAndGet(40), Math::max);
                Thread.sleep(30);
                held.addAndGet(-40);
                return super.measure(cell);
            }
        };
        AblationRunner.Outcome out = runner(large, 6, 100).run(plan(), (c, s) -> {});
        assertThat(most).hasValue(80);
        assertThat(out.cells().get(5).failure()).contains("the budget has", "--memory");
        assertThatThrownBy(() -> new MemoryBudget(0)).hasMessageContaining("at least 1");
    }

    @Test
    void damagedCellsAreMeasuredAgain() throws Exception {
        AblationRunner.Outcome first = runner(new Counting(), 1, 100).run(plan(), (c, s) -> {});
        String key = first.cells().get(2).key();
        Path file = folder.resolve("cells").resolve(key + ".json");
        Files.writeString(file, Files.readString(file).substring(0, 40));
        measured.set(0);
        assertThat(runner(new Counting(), 1, 100).run(plan(), (c, s) -> {})).isEqualTo(first);
        assertThat(measured).hasValue(1);
    }
}
