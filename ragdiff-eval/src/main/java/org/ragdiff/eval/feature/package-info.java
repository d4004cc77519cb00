/**
 * Distances between pictures, and between sets of them, in the feature space of a network: Fréchet distance
 * (FID, CLIP-FID), KID, precision, recall, density and coverage.
 *
 * <p>Sets are compared as {@link org.ragdiff.eval.feature.Features}, N×D matrices in float64 that a {@link
 * org.ragdiff.eval.feature.FeatureExtractor} makes of pictures, or as {@link
 * org.ragdiff.eval.feature.FeatureMoments}, which hold mean and covariance in constant memory. Products and
 * decompositions are OpenBLAS's and LAPACK's, in double precision; how many threads they use is the
 * environment variable {@code OPENBLAS_NUM_THREADS}, by default all processors.
 */
package org.ragdiff.eval.feature;
