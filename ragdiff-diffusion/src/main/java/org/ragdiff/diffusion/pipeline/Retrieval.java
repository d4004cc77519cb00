package org.ragdiff.diffusion.pipeline;

import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;

/**
 * What is known of a photo before anything is generated.
 *
 * @param photo square, as the networks see it
 * @param attributes given or extracted
 * @param query the encoder's reading of the photo, its field with what {@code aligned} adds
 * @param guidance what the database makes of it
 * @param landmark the one used: given, or the guidance's as it was refined
 * @param aligned the photo's garment in the standard frame
 */
public record Retrieval(
        RgbImage photo,
        GarmentAttributes attributes,
        StructureQuery query,
        StructureGuidance guidance,
        SignedDistanceField landmark,
        AlignedPhoto aligned) {}
