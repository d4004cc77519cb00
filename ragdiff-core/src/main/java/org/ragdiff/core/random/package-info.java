/** Random streams that equal those of other programs, so that their results can be compared. */
package org.ragdiff.core.random;
