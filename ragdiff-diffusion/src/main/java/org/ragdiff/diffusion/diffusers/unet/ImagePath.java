package org.ragdiff.diffusion.diffusers.unet;

import org.ragdiff.core.tensor.Var;

/** The images that run beside the features of a network with skip blocks, in one pass through it; null for none. */
final class ImagePath {
    Var image;

    ImagePath(Var image) {
        this.image = image;
    }
}
