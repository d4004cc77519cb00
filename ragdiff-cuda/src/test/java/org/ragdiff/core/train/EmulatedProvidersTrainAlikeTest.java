package org.ragdiff.core.train;

/** Training on an emulated device, beside the other providers. */
class EmulatedProvidersTrainAlikeTest extends ProvidersTrainAlikeTest {}
