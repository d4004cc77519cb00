/** What a user of the demo model waits for: parts of the pipeline and the whole of it, without a peer. */
package org.ragdiff.bench.model;
