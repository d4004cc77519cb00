package org.ragdiff.slle;

import java.util.Objects;

/**
 * How reconstruction weights are solved. Immutable.
 *
 * @param lambda strength of the regulariser, 0 or more; 0 gives the exact (minimum-norm) solution
 * @param rule how lambda becomes the ridge
 * @param nonNegative weights on the simplex (w ≥ 0) rather than in the affine hull
 * @param locality 0 or more; the ridge of neighbour i is multiplied by {@code (dᵢ²/mean d²)^locality},
 *     so far neighbours cost more (Wang et al., "Locality-constrained Linear Coding", CVPR 2010, has
 *     the idea); 0 treats all alike
 * @param residualTolerance share of ‖e‖, 0 or more: neighbours are taken nearest first until the
 *     residual is at most this share; 0 takes them all
 */
public record SolverOptions(
        double lambda, RidgeRule rule, boolean nonNegative, double locality, double residualTolerance) {
    public SolverOptions {
        requireNotNegative("lambda", lambda);
        Objects.requireNonNull(rule, "rule");
        requireNotNegative("locality", locality);
        requireNotNegative("residualTolerance", residualTolerance);
    }

    private static void requireNotNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be finite and at least 0, got " + value);
        }
    }

    /** λ = 1e-3 of the trace, affine weights, all neighbours. */
    public static SolverOptions defaults() {
        return new SolverOptions(1e-3, RidgeRule.TRACE, false, 0, 0);
    }

    public SolverOptions withLambda(double value) {
        return new SolverOptions(value, rule, nonNegative, locality, residualTolerance);
    }

    public SolverOptions withRule(RidgeRule value) {
        return new SolverOptions(lambda, value, nonNegative, locality, residualTolerance);
    }

    public SolverOptions withNonNegative(boolean value) {
        return new SolverOptions(lambda, rule, value, locality, residualTolerance);
    }

    public SolverOptions withLocality(double value) {
        return new SolverOptions(lambda, rule, nonNegative, value, residualTolerance);
    }

    public SolverOptions withResidualTolerance(double value) {
        return new SolverOptions(lambda, rule, nonNegative, locality, value);
    }

    /** How λ becomes what is added to the Gram matrix's diagonal. */
    public enum RidgeRule {
        /** λ·tr(G), or λ itself where tr(G) is 0: scikit-learn's rule and that of Roweis and Saul's code. */
        TRACE,
        /** λ·tr(G)/k, or λ itself where tr(G) is 0. */
        TRACE_OVER_K,
        /** λ itself: weights then depend on the scale of the vectors. */
        ABSOLUTE
    }
}
