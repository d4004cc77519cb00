package org.ragdiff.eval.stat;

import java.util.ArrayList;
import java.util.List;

/**
 * Which places the data leave open to each of several competitors: from all pairwise tests, corrected by Holm,
 * the place of one lies between 1 + those found better and K − those found worse. With probability of at least
 * 1 − α all true places are covered at once (Mogstad, Romano, Shaikh and Wilhelm, "Inference for Ranks", Review of
 * Economic Studies 91, 2024, §3). Immutable.
 *
 * @param best smallest place, from 1, that each may have
 * @param worst largest place that each may have
 */
public record RankSets(List<Integer> best, List<Integer> worst) {
    public RankSets {
        best = List.copyOf(best);
        worst = List.copyOf(worst);
    }

    /**
     * @param effect [K][K], positive where the row's competitor is better than the column's
     * @param p [K][K] of the pairwise tests; only the part above the diagonal is read
     * @param alpha of the whole family
     */
    public static RankSets of(double[][] effect, double[][] p, double alpha) {
        int k = effect.length;
        double[] family = new double[k * (k - 1) / 2];
        int at = 0;
        for (int i = 0; i < k; i++) {
            for (int j = i + 1; j < k; j++) {
                family[at++] = p[i][j];
            }
        }
        double[] adjusted = Holm.adjust(family);
        int[] better = new int[k];
        int[] worse = new int[k];
        at = 0;
        for (int i = 0; i < k; i++) {
            for (int j = i + 1; j < k; j++) {
                if (adjusted[at++] <= alpha && effect[i][j] != 0) {
                    int winner = effect[i][j] > 0 ? i : j;
                    better[winner == i ? j : i]++;
                    worse[winner]++;
                }
            }
        }
        List<Integer> best = new ArrayList<>();
        List<Integer> worst = new ArrayList<>();
        for (int i = 0; i < k; i++) {
            best.add(1 + better[i]);
            worst.add(k - worse[i]);
        }
        return new RankSets(best, worst);
    }

    /** Whether every place is settled: only then is there a ranking to print. */
    public boolean complete() {
        return best.equals(worst);
    }

    /** Whether no pair could be told apart. */
    public boolean empty() {
        return best.stream().allMatch(b -> b == 1) && worst.stream().allMatch(w -> w == worst.size());
    }
}
