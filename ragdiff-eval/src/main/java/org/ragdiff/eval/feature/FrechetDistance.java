package org.ragdiff.eval.feature;

import java.util.ArrayList;
import java.util.List;

/**
 * Squared Fréchet (2-Wasserstein) distance of the Gaussians that two sets of features suggest (Dowson and Landau
 * 1982), ‖m₁ − m₂‖² + tr(S₁ + S₂ − 2 (S₁ S₂)^½) with covariances of n − 1: FID (Heusel et al. 2017) on Inception's
 * pool3 features, CLIP-FID on CLIP's image embeddings. As pytorch-fid and clean-fid define it; where their matrix
 * root needs an offset for singular covariances, this is exact (see {@link CovarianceProduct}).
 *
 * @param value at least 0
 * @param meanPart ‖m₁ − m₂‖²
 * @param covariancePart the rest
 * @param warnings why the value says little about distributions, such as fewer samples than dimensions
 */
public record FrechetDistance(double value, double meanPart, double covariancePart, List<String> warnings) {
    public FrechetDistance {
        warnings = List.copyOf(warnings);
    }

    /**
     * @throws IllegalArgumentException if dimensions differ
     * @throws IllegalStateException if one has seen fewer than two samples
     */
    public static FrechetDistance of(FeatureMoments a, FeatureMoments b) {
        if (a.dimension() != b.dimension()) {
            throw new IllegalArgumentException("features have " + a.dimension() + " and " + b.dimension()
                    + " elements; sets to be compared come from one network");
        }
        List<String> warnings = new ArrayList<>();
        for (FeatureMoments m : List.of(a, b)) {
            if (m.count() <= m.dimension()) {
                warnings.add((m == a ? "first" : "second") + " set: " + m.count() + " samples of " + m.dimension()
                        + " dimensions leave the covariance singular; the distance is biased upwards and compares only"
                        + " with distances of as many samples");
            }
        }
        if (a.count() != b.count()) {
            warnings.add("sets of " + a.count() + " and " + b.count() + " samples have different biases");
        }
        return of(a.mean(), a.upperCovariance(), b.mean(), b.upperCovariance(), warnings);
    }

    /** As {@link #of(FeatureMoments, FeatureMoments)} of whole sets. */
    public static FrechetDistance of(Features a, Features b) {
        Features.requireEqualDimensions(a, b);
        try (FeatureMoments first = FeatureMoments.of(a);
                FeatureMoments second = FeatureMoments.of(b)) {
            return of(first, second);
        }
    }

    /**
     * Of given moments.
     *
     * @param meanA [D]
     * @param covarianceA [D · D] row-major, symmetric, positive semi-definite
     * @throws IllegalArgumentException if sizes do not fit, or a covariance is none
     */
    public static FrechetDistance of(double[] meanA, double[] covarianceA, double[] meanB, double[] covarianceB) {
        requireMoments("first", meanA, covarianceA, meanA.length);
        requireMoments("second", meanB, covarianceB, meanA.length);
        int d = meanA.length;
        return of(meanA, NativeMatrix.of(d, d, covarianceA), meanB, NativeMatrix.of(d, d, covarianceB), List.of());
    }

    private static FrechetDistance of(
            double[] meanA, NativeMatrix upperA, double[] meanB, NativeMatrix upperB, List<String> warnings) {
        double traceA = sum(upperA.diagonal());
        double traceB = sum(upperB.diagonal());
        double meanPart = 0;
        for (int i = 0; i < meanA.length; i++) {
            double d = meanA[i] - meanB[i];
            meanPart += d * d;
        }
        try (upperA;
                upperB;
                PsdFactor a = PsdFactor.of(upperA, "the first covariance")) {
            double root = CovarianceProduct.traceOfRoot(a, upperB, traceA + traceB);
            if (Double.isNaN(root)) {
                try (PsdFactor b = PsdFactor.of(upperB, "the second covariance")) {
                    root = CovarianceProduct.exactTraceOfRoot(a, b);
                }
            }
            double covariancePart = Math.max(0, traceA + traceB - 2 * root);
            return new FrechetDistance(meanPart + covariancePart, meanPart, covariancePart, warnings);
        }
    }

    private static void requireMoments(String which, double[] mean, double[] covariance, int d) {
        if (mean.length == 0 || mean.length != d || covariance.length != (long) d * d) {
            throw new IllegalArgumentException("the " + which + " moments are a mean of " + mean.length
                    + " and a covariance of " + covariance.length + " numbers, expected " + Math.max(1, d) + " and "
                    + (long) d * d);
        }
        for (int i = 0; i < covariance.length; i++) {
            double mirrored = covariance[i % d * d + i / d];
            if (!Double.isFinite(covariance[i]) || !Double.isFinite(mean[i / d])) {
                throw new IllegalArgumentException("the " + which + " moments hold a number that is not finite, in row "
                        + i / d + ", column " + i % d);
            }
            if (Math.abs(covariance[i] - mirrored) > 1e-9 * (Math.abs(covariance[i]) + Math.abs(mirrored))) {
                throw new IllegalArgumentException("the " + which + " covariance is not symmetric: element " + i / d
                        + ", " + i % d + " is " + covariance[i] + ", its mirror is " + mirrored);
            }
        }
    }

    private static double sum(double[] v) {
        double sum = 0;
        for (double x : v) {
            sum += x;
        }
        return sum;
    }
}
