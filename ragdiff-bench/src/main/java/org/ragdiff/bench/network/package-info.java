/**
 * Whole networks beside libtorch: what a plan of ours computes, written down as TorchScript on the same
 * weights.
 */
package org.ragdiff.bench.network;
