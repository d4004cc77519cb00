/** Benchmarks of RAGDiff beside other implementations, measured in turns in one process, by JMH. */
package org.ragdiff.bench;
