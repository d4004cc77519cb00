/** Structure databases: exact search in memory, and one that lives in a directory. */
package org.ragdiff.retrieval.database;
