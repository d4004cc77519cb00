package org.ragdiff.eval;

import org.ragdiff.eval.stat.MeanInterval;
import org.ragdiff.eval.stat.PairedWilcoxon;

/**
 * A figure of the full system against the same figure of an ablation, over the same garments.
 *
 * @param figure name
 * @param against name of the ablation's figure
 * @param difference mean of figure − against, with its confidence interval
 * @param wilcoxon signed-rank test of the pairs
 */
public record PairedComparison(String figure, String against, MeanInterval difference, PairedWilcoxon wilcoxon) {}
