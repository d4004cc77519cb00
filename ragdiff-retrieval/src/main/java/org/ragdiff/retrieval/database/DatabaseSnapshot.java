package org.ragdiff.retrieval.database;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureEntry;

/** Entries at one moment: embeddings in one block, in the order in which they were added. Immutable. */
final class DatabaseSnapshot {
    private final int dimension;
    private final List<StructureEntry> entries;
    private final Map<String, Integer> index;
    private final float[] block;

    DatabaseSnapshot(int dimension, Collection<StructureEntry> entries) {
        this.dimension = dimension;
        this.entries = List.copyOf(entries);
        this.index = new HashMap<>(2 * entries.size());
        this.block = new float[Math.multiplyExact(dimension, entries.size())];
        for (int i = 0; i < this.entries.size(); i++) {
            StructureEntry e = this.entries.get(i);
            index.put(e.id(), i);
            System.arraycopy(e.embedding(), 0, block, i * dimension, dimension);
        }
    }

    List<StructureEntry> entries() {
        return entries;
    }

    StructureEntry get(String id) {
        Integer i = index.get(id);
        return i == null ? null : entries.get(i);
    }

    /** Replaced entries keep their place. */
    DatabaseSnapshot with(Collection<StructureEntry> changes) {
        Map<String, StructureEntry> all = new LinkedHashMap<>(2 * (entries.size() + changes.size()));
        entries.forEach(e -> all.put(e.id(), e));
        changes.forEach(e -> all.put(e.id(), e));
        return new DatabaseSnapshot(dimension, all.values());
    }

    DatabaseSnapshot without(String id) {
        List<StructureEntry> rest = new ArrayList<>(entries);
        rest.remove((int) index.get(id));
        return new DatabaseSnapshot(dimension, rest);
    }

    List<Neighbour> search(float[] query, int k, Predicate<StructureEntry> filter) {
        record Hit(int row, double similarity) {}
        Comparator<Hit> bestFirst =
                Comparator.comparingDouble(Hit::similarity).reversed().thenComparingInt(Hit::row);
        PriorityQueue<Hit> worstFirst = new PriorityQueue<>(bestFirst.reversed());
        for (int row = 0; row < entries.size(); row++) {
            double similarity = dot(query, row * dimension);
            boolean full = worstFirst.size() == k;
            // Rows come in order, so an equal similarity never displaces an earlier entry.
            if (full && similarity <= worstFirst.peek().similarity()) {
                continue;
            }
            if (filter.test(entries.get(row))) {
                if (full) {
                    worstFirst.poll();
                }
                worstFirst.add(new Hit(row, similarity));
            }
        }
        return worstFirst.stream()
                .sorted(bestFirst)
                .map(h -> new Neighbour(entries.get(h.row()), h.similarity()))
                .toList();
    }

    /** Four partial sums in float64: exact enough for ties, and free of one long dependency chain. */
    private double dot(float[] query, int from) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int j = 0;
        for (; j + 3 < dimension; j += 4) {
            a += (double) query[j] * block[from + j];
            b += (double) query[j + 1] * block[from + j + 1];
            c += (double) query[j + 2] * block[from + j + 2];
            d += (double) query[j + 3] * block[from + j + 3];
        }
        for (; j < dimension; j++) {
            a += (double) query[j] * block[from + j];
        }
        return (a + b) + (c + d);
    }
}
