package org.ragdiff.cli.retrieval;

import java.util.List;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.StandardGarment;

/** Numbers by which a photo and the standard image of its garment can be compared. */
interface PhotoDescriptor {
    /** Name in tables and JSON. */
    String name();

    /** One vector for each photo. */
    List<float[]> photos(List<GarmentPair> pairs);

    /** One vector for each standard image. */
    List<float[]> standards(List<StandardGarment> garments);

    /** The more alike, the larger; the inner product by default. */
    default double similarity(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
