/** Statistics of paired samples. */
package org.ragdiff.eval.stat;
