/** Metrics on silhouettes and images; each states its conventions. */
package org.ragdiff.eval.metric;
