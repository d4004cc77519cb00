package org.ragdiff.cli.retrieval;

import java.util.List;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureEncoder;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.StandardGarment;

/** The encoder's own embeddings, of which the first numbers count. */
record EncoderDescriptor(String name, StructureEncoder encoder, AttributeExtractor attributes, int length)
        implements PhotoDescriptor {
    @Override
    public List<float[]> photos(List<GarmentPair> pairs) {
        List<RgbImage> photos = pairs.stream().map(GarmentPair::wild).toList();
        return encoder.encodePhotos(photos, attributes.extract(photos)).stream()
                .map(StructureQuery::embedding)
                .toList();
    }

    @Override
    public List<float[]> standards(List<StandardGarment> garments) {
        return encoder.encodeStandards(
                garments.stream().map(StandardGarment::standard).toList(),
                garments.stream().map(StandardGarment::silhouette).toList());
    }

    @Override
    public double similarity(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
