package org.ragdiff.diffusion.pipeline;

import org.ragdiff.core.RgbImage;

/**
 * A generated flat-lay and how it came to be.
 *
 * @param image the flat-lay
 * @param retrieval photo, attributes, neighbours, guidance, landmark
 * @param options used, the seed being this image's own
 */
public record GenerationResult(RgbImage image, Retrieval retrieval, GenerationOptions options) {}
