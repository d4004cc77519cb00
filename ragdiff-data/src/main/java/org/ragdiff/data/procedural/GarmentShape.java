package org.ragdiff.data.procedural;

import org.ragdiff.core.GarmentAttributes;

/**
 * The parameters of a cut. Implementations are records, validated, in centimetres and degrees of
 * flat half widths (x from the middle) as they would be measured on the lying garment.
 */
sealed interface GarmentShape permits UpperShape, PantsShape, SkirtShape {
    /** What the parameters amount to; follows from them alone. */
    GarmentAttributes attributes();

    /** The panels. */
    Construction construct(Look look);

    /** Longest extent below the origin, for fabrics that change from top to bottom. */
    double length();
}
