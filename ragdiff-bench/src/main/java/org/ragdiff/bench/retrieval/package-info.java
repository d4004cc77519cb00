/** Cases of retrieval: exact search in a database, and SLLE. */
package org.ragdiff.bench.retrieval;
