/** Structure databases as files that other programs read and write, and one database into another. */
package org.ragdiff.retrieval.database.exchange;
