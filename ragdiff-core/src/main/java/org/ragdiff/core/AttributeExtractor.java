package org.ragdiff.core;

import java.util.List;

/** Reads closed-vocabulary attributes off photos: a trained head or a multimodal LLM. Thread-safe. */
public interface AttributeExtractor {
    /** One answer for each photo, in order; what cannot be told is UNKNOWN. */
    List<GarmentAttributes> extract(List<RgbImage> photos);
}
