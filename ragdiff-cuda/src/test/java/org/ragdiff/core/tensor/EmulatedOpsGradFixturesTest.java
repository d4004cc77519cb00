package org.ragdiff.core.tensor;

/** PyTorch's values and gradients on an emulated device, beside the other providers. */
class EmulatedOpsGradFixturesTest extends OpsGradFixturesTest {}
