package org.ragdiff.retrieval.database;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * The rows that may be among the k best, by scores that are off by at most an error: all rows whose
 * score is not below the k-th best by more than twice of it. Not thread-safe.
 */
final class Candidates {
    private final int k;
    private final float slack;
    /** The k best scores, smallest on top. */
    private final PriorityQueue<Float> best = new PriorityQueue<>();

    private int[] rows;
    private float[] scores;
    private int count;
    private float cut = Float.NEGATIVE_INFINITY;

    /**
     * @param error of a score, at most; infinite if nothing is known of it
     */
    Candidates(int k, double error) {
        this.k = k;
        this.slack = Math.nextUp((float) (2 * error));
        this.rows = new int[Math.min(k, 1024) + 64];
        this.scores = new float[rows.length];
    }

    /** Scores below it cannot come in. A score that is no number can: compare by {@code score < cut()}. */
    float cut() {
        return cut;
    }

    /** Takes in a row whose score is not below the cut. */
    void add(int row, float score) {
        if (count == rows.length) {
            prune();
        }
        rows[count] = row;
        scores[count++] = score;
        if (best.size() < k) {
            best.add(score);
        } else if (score > best.peek()) {
            best.poll();
            best.add(score);
        }
        if (best.size() == k) {
            cut = best.peek() - slack;
        }
    }

    /** Joins the candidates of other rows. */
    void addAll(Candidates other) {
        for (int i = 0; i < other.count; i++) {
            if (!(other.scores[i] < cut)) {
                add(other.rows[i], other.scores[i]);
            }
        }
    }

    /** The rows, in the order in which they came. */
    int[] rows() {
        prune();
        return Arrays.copyOf(rows, count);
    }

    /** Leaves out what has fallen below the cut; makes room if that is little. */
    private void prune() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (!(scores[i] < cut)) {
                rows[kept] = rows[i];
                scores[kept++] = scores[i];
            }
        }
        count = kept;
        if (count > rows.length / 2) {
            rows = Arrays.copyOf(rows, 2 * rows.length);
            scores = Arrays.copyOf(scores, 2 * scores.length);
        }
    }
}
