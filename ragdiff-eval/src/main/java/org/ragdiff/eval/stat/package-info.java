/**
 * Statistics of paired samples: bootstrap intervals, the signed-rank test, corrections for many tests, effect
 * sizes, and which ranking the data support.
 */
package org.ragdiff.eval.stat;
