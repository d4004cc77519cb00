package org.ragdiff.cli.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;

/**
 * Where a photo's own standard image ranks among a gallery: the database's entries and the standard images of
 * all garments measured, each garment once. Entries as similar as the own one count as nearer. Not
 * thread-safe.
 */
public final class RecallMeasure {
    private final StructureDatabase database;
    private final Map<String, float[]> standards = new LinkedHashMap<>();
    private final List<Query> queries = new ArrayList<>();

    private record Query(String id, float[] embedding) {}

    public RecallMeasure(StructureDatabase database) {
        this.database = Objects.requireNonNull(database, "database");
    }

    /**
     * @param id of the garment; it takes the place of an entry of this id
     * @param photo embedding of the photo
     * @param standard embedding of its own standard image
     */
    public void add(String id, float[] photo, float[] standard) {
        queries.add(new Query(id, photo));
        standards.put(id, standard);
    }

    /** Rank of each own standard image from 1, in the order in which photos were added. */
    public int[] ranks() {
        Map<String, float[]> gallery = gallery();
        int[] ranks = new int[queries.size()];
        for (int i = 0; i < ranks.length; i++) {
            Query q = queries.get(i);
            double own = dot(q.embedding(), standards.get(q.id()));
            ranks[i] = 1;
            for (Map.Entry<String, float[]> e : gallery.entrySet()) {
                boolean nearer = dot(q.embedding(), e.getValue()) >= own;
                ranks[i] += nearer && !e.getKey().equals(q.id()) ? 1 : 0;
            }
        }
        return ranks;
    }

    /** Number of standard images that are searched. */
    public int gallerySize() {
        return gallery().size();
    }

    private Map<String, float[]> gallery() {
        Map<String, float[]> all = new LinkedHashMap<>();
        for (StructureEntry e : database.entries()) {
            all.put(e.id(), e.embedding());
        }
        all.putAll(standards);
        return all;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
