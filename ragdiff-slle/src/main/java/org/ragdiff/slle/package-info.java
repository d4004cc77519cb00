/**
 * Structure locally linear embedding (SLLE, arXiv 2411.19528 section 3.3) and the baselines that
 * ablations compare it with. {@link org.ragdiff.slle.Aggregators#byName} makes each by its name.
 */
package org.ragdiff.slle;
