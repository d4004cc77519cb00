/**
 * Measuring: protocols, per-garment scores and their summaries. Metrics are in {@code metric},
 * statistics in {@code stat}, pages and contact sheets in {@code report}.
 */
package org.ragdiff.eval;
