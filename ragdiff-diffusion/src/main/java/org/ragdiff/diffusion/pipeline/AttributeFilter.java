package org.ragdiff.diffusion.pipeline;

import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;

/** Which entries of a structure database may become neighbours of a garment with known attributes. */
public enum AttributeFilter {
    /** All. */
    NONE,
    /** Those of the same category; unknown ones match everything. */
    CATEGORY;

    EntryFilter of(GarmentAttributes query) {
        return this == NONE || query.category() == Category.UNKNOWN
                ? EntryFilter.any()
                : EntryFilter.any().with(query.category(), Category.UNKNOWN);
    }
}
