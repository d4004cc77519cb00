package org.ragdiff.cli.retrieval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.StandardGarment;

/**
 * Standard images of several stores with their descriptions, each garment once: what photos are looked for in.
 * Immutable after its construction.
 */
final class Gallery {
    private static final int BATCH = 32;

    private final List<Entry> entries = new ArrayList<>();
    private final Map<PhotoDescriptor, List<float[]>> vectors = new LinkedHashMap<>();

    /** One garment; its field has {@link StandardFrame#FIELD_SIDE} cells a side. */
    record Entry(String id, String group, Category category, SignedDistanceField field) {}

    /** Where a photo's own standard image ranks, and the nearest entry of any other group. */
    record Found(int rank, Entry nearest, Entry nearestOther) {}

    Gallery(List<GarmentStore> stores, List<PhotoDescriptor> descriptors) {
        descriptors.forEach(d -> vectors.put(d, new ArrayList<>()));
        for (GarmentStore store : stores) {
            for (int from = 0; from < store.size(); from += BATCH) {
                List<StandardGarment> garments = new ArrayList<>();
                for (int i = from; i < Math.min(store.size(), from + BATCH); i++) {
                    garments.add(store.get(i));
                }
                for (StandardGarment g : garments) {
                    SignedDistanceField field =
                            SignedDistanceField.of(g.silhouette()).resize(StandardFrame.FIELD_SIDE);
                    entries.add(new Entry(g.id(), g.group(), g.attributes().category(), field));
                }
                vectors.forEach((d, all) -> all.addAll(d.standards(garments)));
            }
        }
    }

    int size() {
        return entries.size();
    }

    /** Entries as similar as the own one count as nearer. */
    Found find(PhotoDescriptor descriptor, float[] photo, String id, String group) {
        List<float[]> all = vectors.get(descriptor);
        double[] similarity = new double[all.size()];
        int own = -1;
        int nearest = -1;
        int other = -1;
        for (int i = 0; i < similarity.length; i++) {
            Entry e = entries.get(i);
            similarity[i] = descriptor.similarity(photo, all.get(i));
            own = e.id().equals(id) ? i : own;
            nearest = nearest < 0 || similarity[i] > similarity[nearest] ? i : nearest;
            if (!e.group().equals(group) && !e.id().equals(id)) {
                other = other < 0 || similarity[i] > similarity[other] ? i : other;
            }
        }
        if (own < 0 || other < 0) {
            throw new IllegalArgumentException("garment " + id + " is not among the " + entries.size()
                    + " standard images searched, or none of them is of another group");
        }
        int rank = 1;
        for (int i = 0; i < similarity.length; i++) {
            rank += i != own && similarity[i] >= similarity[own] ? 1 : 0;
        }
        return new Found(rank, entries.get(nearest), entries.get(other));
    }
}
