package org.ragdiff.cli.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The garments of the best and the worst silhouettes seen so far; others are let go. Not thread-safe. */
final class Extremes {
    private final int each;
    private final PriorityQueue<Ranked> best = new PriorityQueue<>(Ranked.BY_IOU);
    private final PriorityQueue<Ranked> worst = new PriorityQueue<>(Ranked.BY_IOU.reversed());
    private int seen;

    private record Ranked(EvaluatedGarment garment, int order) {
        static final Comparator<Ranked> BY_IOU = Comparator.<Ranked>comparingDouble(
                        r -> r.garment().figures().get("silhouetteIou"))
                .thenComparingInt(Ranked::order);
    }

    /**
     * @param count kept in all, half of each kind; at least 2
     */
    Extremes(int count) {
        if (count < 2) {
            throw new IllegalArgumentException("count must be at least 2, got " + count);
        }
        this.each = count / 2;
    }

    void add(EvaluatedGarment garment) {
        Ranked next = new Ranked(garment, seen++);
        best.add(next);
        if (best.size() > each) {
            // What falls out of the best may still be one of the worst.
            worst.add(best.poll());
        }
        if (worst.size() > each) {
            worst.poll();
        }
    }

    /** From the best to the worst. */
    List<EvaluatedGarment> garments() {
        List<Ranked> all = new ArrayList<>(best);
        all.addAll(worst);
        all.sort(Ranked.BY_IOU.reversed());
        return all.stream().map(Ranked::garment).toList();
    }
}
