/** Fewer entries that stand for many: prototypes of structure databases. */
package org.ragdiff.retrieval.condense;
