/** Measures rows by JMH, compares results, and writes the tables. */
package org.ragdiff.bench.run;
