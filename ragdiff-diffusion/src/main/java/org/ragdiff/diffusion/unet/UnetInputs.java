package org.ragdiff.diffusion.unet;

import org.ragdiff.core.tensor.Var;

/**
 * A batch's conditions as they come, each row with or without each stream.
 *
 * @param height latent cells down
 * @param width latent cells across
 * @param structure ê [batch · D] row-major, or null if no row has one
 * @param structureGiven which rows have ê
 * @param landmark signed distances [batch · side · side] row-major, or null if no row has one
 * @param landmarkSide side of the fields
 * @param landmarkGiven which rows have a landmark
 * @param reference clean latents [R, h, w, C], or null if no row has one
 * @param rows which reference each row reads
 */
record UnetInputs(
        int height,
        int width,
        float[] structure,
        boolean[] structureGiven,
        float[] landmark,
        int landmarkSide,
        boolean[] landmarkGiven,
        Var reference,
        ReferenceRows rows) {
    int batch() {
        return rows.batch();
    }
}
