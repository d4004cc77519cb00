package org.ragdiff.diffusion.pipeline;

import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;

/** Which entries of a structure database may become neighbours of a garment with known attributes. */
public enum AttributeFilter {
    /** All. */
    NONE,
    /** Those of the same category; unknown ones match everything. */
    CATEGORY;

    boolean accepts(GarmentAttributes query, GarmentAttributes entry) {
        return this == NONE
                || query.category() == Category.UNKNOWN
                || entry.category() == Category.UNKNOWN
                || query.category() == entry.category();
    }
}
