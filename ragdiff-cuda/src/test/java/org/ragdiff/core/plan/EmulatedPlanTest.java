package org.ragdiff.core.plan;

/** Plans on an emulated device, beside the other providers. */
class EmulatedPlanTest extends PlanTest {}
