package org.ragdiff.diffusion.unet;

import java.util.Objects;

/**
 * Training samples, all row-major.
 *
 * @param size B
 * @param height latent cells down
 * @param width latent cells across
 * @param standard clean latents of the standard images [B, h, w, C], what is to be generated
 * @param reference clean latents of the photos [B, h, w, C], with one channel more if the network reads visibilities
 * @param structure ê, [B, D] unit rows
 * @param landmark signed distances [B, side, side]
 * @param landmarkSide side of the fields
 * @param weights of the loss at each cell [B, h, w], or null for 1
 */
public record DiffusionBatch(
        int size,
        int height,
        int width,
        float[] standard,
        float[] reference,
        float[] structure,
        float[] landmark,
        int landmarkSide,
        float[] weights) {
    public DiffusionBatch {
        if (size < 1 || height < 1 || width < 1 || landmarkSide < 1) {
            throw new IllegalArgumentException("size, height, width and landmarkSide must be positive, got " + size
                    + ", " + height + ", " + width + ", " + landmarkSide);
        }
        int cells = size * height * width;
        if (Objects.requireNonNull(standard, "standard").length % cells != 0
                || Objects.requireNonNull(reference, "reference").length % cells != 0
                || Objects.requireNonNull(structure, "structure").length % size != 0
                || Objects.requireNonNull(landmark, "landmark").length != size * landmarkSide * landmarkSide
                || weights != null && weights.length != cells) {
            throw new IllegalArgumentException("batch of " + size + " with " + height + "x" + width
                    + " cells does not fit: " + standard.length + " standard, " + reference.length + " reference, "
                    + structure.length + " structure, " + landmark.length + " landmark values");
        }
    }
}
