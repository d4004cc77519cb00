/** Distances of sets of features, beside double-precision BLAS and LAPACK in libtorch. */
package org.ragdiff.bench.feature;
