/**
 * Parity with the PyTorch world: folders of tensors that other programs computed are computed again and
 * compared. One {@link org.ragdiff.cli.parity.ParityFamily} for each kind of folder, all of them in {@link
 * org.ragdiff.cli.parity.ParityFamilies}.
 */
package org.ragdiff.cli.parity;
