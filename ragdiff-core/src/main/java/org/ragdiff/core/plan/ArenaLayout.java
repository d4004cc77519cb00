package org.ragdiff.core.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Places of storages in one block of memory: the largest first, each at the lowest address where no storage
 * with a meeting lifetime lies (greedy by size; Pisarchyk and Lee 2020, arXiv 2001.03288).
 */
public final class ArenaLayout {
    private static final long ALIGNMENT = 64;

    private final long[] offsets;
    private final long bytes;
    private final long sum;

    private ArenaLayout(long[] offsets, long bytes, long sum) {
        this.offsets = offsets;
        this.bytes = bytes;
        this.sum = sum;
    }

    static ArenaLayout of(Graph graph, Lifetimes lifetimes) {
        long[] offsets = new long[graph.storages().size()];
        Arrays.fill(offsets, -1);
        List<Storage> order = new ArrayList<>();
        graph.storages().stream().filter(lifetimes::isUsed).forEach(order::add);
        order.sort(Comparator.comparingLong(Storage::floats)
                .reversed()
                .thenComparing(Comparator.comparingInt(Storage::id)));
        List<Storage> placed = new ArrayList<>();
        long end = 0;
        long sum = 0;
        for (Storage s : order) {
            long size = bytes(s);
            long at = 0;
            placed.sort(Comparator.comparingLong(p -> offsets[p.id()]));
            for (Storage p : placed) {
                if (lifetimes.meet(s, p)) {
                    if (offsets[p.id()] - at >= size) {
                        break;
                    }
                    at = Math.max(at, offsets[p.id()] + bytes(p));
                }
            }
            offsets[s.id()] = at;
            placed.add(s);
            end = Math.max(end, at + size);
            sum += size;
        }
        return new ArenaLayout(offsets, end, sum);
    }

    private static long bytes(Storage s) {
        return (s.floats() * Float.BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Offset in bytes, a multiple of 64. */
    public long offset(Storage s) {
        if (offsets[s.id()] < 0) {
            throw new IllegalArgumentException(s + " has no place in the arena");
        }
        return offsets[s.id()];
    }

    /** Size of the block. */
    public long bytes() {
        return bytes;
    }

    /** Size of all storages one behind the other. */
    public long sum() {
        return sum;
    }
}
