package org.ragdiff.core.plan;

/**
 * Off-heap bytes of a plan, known before it runs.
 *
 * @param arena values: inputs, outputs and what lies between, laid out so that values share memory which
 *     are never needed at the same time
 * @param sum what the same values would take without sharing
 * @param weights weights in the provider's own layouts, which plans of one network share
 * @param scratch for the operations themselves, at most
 */
public record PlanMemory(long arena, long sum, long weights, long scratch) {}
