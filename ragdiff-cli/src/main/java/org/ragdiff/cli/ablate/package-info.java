/** {@code ragdiff ablate}: configurations of ablations, the axes that they may name, the measuring of their cells. */
package org.ragdiff.cli.ablate;
