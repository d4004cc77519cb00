/** Measures retrieval alone: landmarks, ranks and attributes on held-out photos, beside baselines. */
package org.ragdiff.cli.retrieval;
