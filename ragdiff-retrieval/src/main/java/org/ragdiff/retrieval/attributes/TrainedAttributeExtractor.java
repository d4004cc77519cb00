package org.ragdiff.retrieval.attributes;

import java.util.List;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.retrieval.structurenet.StructureNetEncoder;

/** The attribute head that is trained along with StructureNet: the offline extractor. Thread-safe. */
public final class TrainedAttributeExtractor implements AttributeExtractor {
    private final StructureNetEncoder encoder;
    private final double confidence;

    /**
     * @param encoder not closed by this
     * @param confidence probability below which an attribute is UNKNOWN, in [0, 1]
     */
    public TrainedAttributeExtractor(StructureNetEncoder encoder, double confidence) {
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence must be in [0, 1], got " + confidence);
        }
        this.encoder = encoder;
        this.confidence = confidence;
    }

    @Override
    public List<GarmentAttributes> extract(List<RgbImage> photos) {
        return encoder.predictAttributes(photos, confidence);
    }
}
