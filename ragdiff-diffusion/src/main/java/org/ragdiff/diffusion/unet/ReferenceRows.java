package org.ragdiff.diffusion.unet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which reference each row of a batch reads: several rows may share one, and a row may have none. Held as
 * runs of consecutive rows, so that attention works on views. Immutable.
 */
public final class ReferenceRows {
    /** Rows [from, from + count) read references [reference, reference + count), or none if it is -1. */
    public record Run(int from, int count, int reference) {}

    private final int batch;
    private final int references;
    private final List<Run> runs;

    private ReferenceRows(int batch, int references, List<Run> runs) {
        this.batch = batch;
        this.references = references;
        this.runs = runs;
    }

    /** @param reference for each row the index of its reference, or -1 for none */
    public static ReferenceRows of(int... reference) {
        List<Run> runs = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= reference.length; i++) {
            boolean goesOn = i < reference.length
                    && (reference[i] < 0
                            ? reference[from] < 0
                            : reference[from] >= 0 && reference[i] == reference[from] + i - from);
            if (!goesOn) {
                runs.add(new Run(from, i - from, Math.max(-1, reference[from])));
                from = i;
            }
        }
        int references = Arrays.stream(reference).max().orElse(-1) + 1;
        return new ReferenceRows(reference.length, references, List.copyOf(runs));
    }

    /** The first {@code references} rows have one each, the others none. */
    static ReferenceRows leading(int batch, int references) {
        int[] r = new int[batch];
        for (int i = 0; i < batch; i++) {
            r[i] = i < references ? i : -1;
        }
        return of(r);
    }

    /** The same rows, each with a copy of its reference for itself, so that neighbours are one run. */
    ReferenceRows unshared() {
        int[] reference = new int[batch];
        int next = 0;
        for (Run run : runs) {
            for (int i = run.from(); i < run.from() + run.count(); i++) {
                reference[i] = run.reference() < 0 ? -1 : next++;
            }
        }
        return of(reference);
    }

    /** Of [references, each] the [rows with a reference, each] that {@link #unshared} reads. */
    float[] unshare(float[] values) {
        int each = values.length / references;
        int given = runs.stream()
                .filter(r -> r.reference() >= 0)
                .mapToInt(Run::count)
                .sum();
        float[] out = new float[given * each];
        int to = 0;
        for (Run run : runs) {
            if (run.reference() >= 0) {
                System.arraycopy(values, run.reference() * each, out, to, run.count() * each);
                to += run.count() * each;
            }
        }
        return out;
    }

    /** Whether each of this many references is read by exactly one row: gradients then need no sum. */
    boolean readEachOnce(long count) {
        boolean[] read = new boolean[Math.toIntExact(count)];
        int once = 0;
        for (Run run : runs) {
            for (int i = run.reference(); run.reference() >= 0 && i < run.reference() + run.count(); i++) {
                if (read[i]) {
                    return false;
                }
                read[i] = true;
                once++;
            }
        }
        return once == count;
    }

    /** Rows. */
    public int batch() {
        return batch;
    }

    /** Distinct references, at least the largest index plus one. */
    public int references() {
        return references;
    }

    /** All rows in order. */
    public List<Run> runs() {
        return runs;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ReferenceRows r && batch == r.batch && references == r.references && runs.equals(r.runs);
    }

    @Override
    public int hashCode() {
        return 31 * batch + runs.hashCode();
    }
}
