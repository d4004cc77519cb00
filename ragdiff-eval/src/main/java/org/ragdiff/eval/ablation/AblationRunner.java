package org.ragdiff.eval.ablation;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.eval.ablation.AblationPlan.Cell;

/**
 * Runs the cells of a plan, several at a time as the memory allows. Each measured cell is kept at once: a run that
 * was killed and started again measures only what is missing, and its results are the same. A cell that fails is
 * logged and reported; the others go on. Immutable, thread-safe.
 */
public final class AblationRunner {
    private final CellMeasure measure;
    private final CellCache cache;
    private final MemoryBudget budget;
    private final int parallel;
    private final Path logs;

    /**
     * @param parallel cells at a time, at least 1
     * @param logs folder of the stack traces of failed cells, {@code cell-INDEX.log}
     */
    public AblationRunner(CellMeasure measure, CellCache cache, MemoryBudget budget, int parallel, Path logs) {
        this.measure = Objects.requireNonNull(measure, "measure");
        this.cache = Objects.requireNonNull(cache, "cache");
        this.budget = Objects.requireNonNull(budget, "budget");
        this.logs = Objects.requireNonNull(logs, "logs");
        if (parallel < 1) {
            throw new IllegalArgumentException("parallel must be at least 1, got " + parallel);
        }
        this.parallel = parallel;
    }

    /** Hears of cells as they end, in any order, from several threads. */
    public interface Listener {
        /**
         * @param cell that ended
         * @param state how
         */
        void ended(Cell cell, State state);
    }

    /** How a cell ended. */
    public enum State {
        MEASURED,
        /** Found in the cache, or the same as another cell. */
        KNOWN,
        FAILED
    }

    /**
     * What a run found.
     *
     * @param garments of each data set that has a measured cell
     * @param cells all, in order
     */
    public record Outcome(Map<String, List<CellFigures.Garment>> garments, List<CellResult> cells) {}

    private record Ended(String key, CellFigures figures, String failure) {}

    /**
     * Runs all cells to their end.
     *
     * @throws InterruptedException if this thread is interrupted; what was measured is kept
     */
    public Outcome run(AblationPlan plan, Listener listener) throws InterruptedException {
        List<Cell> cells = plan.cells();
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        try {
            Map<String, Future<Ended>> byKey = new LinkedHashMap<>();
            List<Future<Ended>> all = new ArrayList<>();
            for (Cell cell : cells) {
                all.add(start(cell, byKey, threads, listener));
            }
            List<Ended> ended = new ArrayList<>();
            for (Future<Ended> f : all) {
                ended.add(await(f));
            }
            return outcome(cells, ended);
        } finally {
            threads.shutdownNow();
        }
    }

    private Future<Ended> start(
            Cell cell, Map<String, Future<Ended>> byKey, ExecutorService threads, Listener listener) {
        String key;
        try {
            key = CellCache.key(measure.identity(cell));
        } catch (Exception e) {
            Ended failed = failed(cell, "", e);
            listener.ended(cell, State.FAILED);
            return threads.submit(() -> failed);
        }
        Future<Ended> same = byKey.get(key);
        if (same != null) {
            return threads.submit(() -> {
                Ended e = await(same);
                listener.ended(cell, e.failure() == null ? State.KNOWN : State.FAILED);
                return e;
            });
        }
        Future<Ended> own = threads.submit(() -> run(cell, key, listener));
        byKey.put(key, own);
        return own;
    }

    private Ended run(Cell cell, String key, Listener listener) throws InterruptedException {
        try {
            Optional<CellFigures> known = cache.get(key);
            if (known.isPresent()) {
                listener.ended(cell, State.KNOWN);
                return new Ended(key, known.get(), null);
            }
            CellFigures figures;
            try (MemoryBudget.Share share = budget.acquire(measure.memory(cell))) {
                figures = measure.measure(cell);
            }
            cache.put(key, figures);
            listener.ended(cell, State.MEASURED);
            return new Ended(key, figures, null);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | OutOfMemoryError | StackOverflowError | LinkageError e) {
            // One cell must not take the others with it; what is wrong with the machine shows in all.
            Ended failed = failed(cell, key, e);
            listener.ended(cell, State.FAILED);
            return failed;
        }
    }

    private static Ended await(Future<Ended> f) throws InterruptedException {
        try {
            return f.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException) {
                throw (InterruptedException) new InterruptedException("interrupted").initCause(e);
            }
            throw new IllegalStateException("a cell ended without a result", e.getCause());
        } catch (CancellationException e) {
            throw new IllegalStateException("a cell was cancelled", e);
        }
    }

    private Ended failed(Cell cell, String key, Throwable e) {
        Path log = logs.resolve(String.format("cell-%04d.log", cell.index()));
        StringWriter text = new StringWriter();
        text.append(cell.toString()).append("\n");
        e.printStackTrace(new PrintWriter(text, true));
        try {
            Files.createDirectories(logs);
            AtomicFiles.write(log, text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException unwritten) {
            e.addSuppressed(unwritten);
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new Ended(
                key, null, message.lines().findFirst().orElse(e.getClass().getSimpleName()));
    }

    /** The first measured cell of a data set says what its garments are; a cell of others has failed. */
    private static Outcome outcome(List<Cell> cells, List<Ended> ended) {
        Map<String, List<CellFigures.Garment>> garments = new LinkedHashMap<>();
        List<CellResult> out = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            Cell c = cells.get(i);
            Ended e = ended.get(i);
            CellFigures f = e.figures();
            String failure = e.failure();
            if (f != null) {
                List<CellFigures.Garment> first = garments.computeIfAbsent(c.data(), d -> f.garments());
                failure = first.equals(f.garments()) ? null : "measured other garments than the first cell of its data";
            }
            boolean measured = failure == null;
            out.add(new CellResult(
                    c.index(),
                    c.variant(),
                    c.seed(),
                    c.data(),
                    e.key(),
                    failure,
                    measured ? f.values() : Map.of(),
                    measured ? f.signs() : List.of()));
        }
        return new Outcome(garments, List.copyOf(out));
    }
}
