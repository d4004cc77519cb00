package org.ragdiff.core.train;

/** PyTorch's optimiser trajectories on an emulated device, beside the other providers. */
class EmulatedOptimiserFixturesTest extends OptimiserFixturesTest {}
