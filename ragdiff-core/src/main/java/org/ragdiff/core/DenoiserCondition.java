package org.ragdiff.core;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The three streams that steer a denoiser. A null stream is dropped, as in training with
 * classifier-free guidance.
 *
 * @param batch B
 * @param structure ê, [B, D] float32 unit rows, or null
 * @param landmark [B, S, S, 1] float32 signed distances in fractions of the frame, or null
 * @param reference clean latents of the photo [B, h, w, C] float32, as large as what is generated, or null; a
 *     denoiser that {@link Denoiser#readsVisibility reads visibilities} takes them as one more channel
 */
public record DenoiserCondition(int batch, INDArray structure, INDArray landmark, INDArray reference) {
    public DenoiserCondition {
        require("structure", structure, batch, 2);
        require("landmark", landmark, batch, 4);
        require("reference", reference, batch, 4);
    }

    private static void require(String name, INDArray a, int batch, int rank) {
        if (a != null && (a.rank() != rank || a.size(0) != batch)) {
            throw new IllegalArgumentException(name + " must have rank " + rank + " and batch " + batch + ", got shape "
                    + java.util.Arrays.toString(a.shape()));
        }
    }

    /** Nothing given: the unconditional branch. */
    public static DenoiserCondition none(int batch) {
        return new DenoiserCondition(batch, null, null, null);
    }
}
