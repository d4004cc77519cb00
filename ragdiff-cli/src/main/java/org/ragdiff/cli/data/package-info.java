/** {@code ragdiff data}: commands that make and prepare training data. */
package org.ragdiff.cli.data;
