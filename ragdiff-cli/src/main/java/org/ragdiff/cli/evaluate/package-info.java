/** {@code ragdiff evaluate}: held-out pairs, one class for each kind of figure, the run that joins them. */
package org.ragdiff.cli.evaluate;
