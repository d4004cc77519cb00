/** The structure alignment's last step: retrieved landmarks, corrected by what the aligned photos show. */
package org.ragdiff.diffusion.refine;
