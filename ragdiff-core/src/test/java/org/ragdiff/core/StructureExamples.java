package org.ragdiff.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Seeded structure entries and queries for contract tests: boxes of various sizes on random unit vectors. */
public final class StructureExamples {
    private StructureExamples() {}

    public static float[] unitVector(Random random, int dimension) {
        float[] v = new float[dimension];
        double norm = 0;
        for (int i = 0; i < dimension; i++) {
            v[i] = (float) random.nextGaussian();
            norm += v[i] * v[i];
        }
        for (int i = 0; i < dimension; i++) {
            v[i] /= (float) Math.sqrt(norm);
        }
        return v;
    }

    /** A filled box, in cells; upper bounds exclusive. */
    public static SignedDistanceField box(int side, int x0, int y0, int x1, int y1) {
        boolean[] inside = new boolean[side * side];
        for (int y = y0; y < y1; y++) {
            for (int x = x0; x < x1; x++) {
                inside[y * side + x] = true;
            }
        }
        return SignedDistanceField.of(new Silhouette(side, side, inside));
    }

    public static SignedDistanceField randomBox(Random random) {
        int side = StandardFrame.FIELD_SIDE;
        int w = 8 + random.nextInt(20);
        int h = 8 + random.nextInt(20);
        return box(side, side / 2 - w, side / 2 - h, side / 2 + w, side / 2 + h);
    }

    public static StructureEntry entry(String id, Random random, int dimension) {
        GarmentAttributes.Category[] categories = GarmentAttributes.Category.values();
        return new StructureEntry(
                id,
                unitVector(random, dimension),
                randomBox(random),
                GarmentAttributes.of(categories[random.nextInt(categories.length)]),
                "group-" + random.nextInt(5));
    }

    public static List<StructureEntry> entries(int count, int dimension, long seed) {
        Random random = new Random(seed);
        List<StructureEntry> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            out.add(entry("garment-" + i, random, dimension));
        }
        return out;
    }

    public static StructureQuery query(int dimension, long seed, boolean withField) {
        Random random = new Random(seed);
        float[] e = unitVector(random, dimension);
        return new StructureQuery(
                e, withField ? Optional.of(randomBox(random)) : Optional.empty(), GarmentAttributes.UNKNOWN);
    }

    /** All entries, best first by inner product. */
    public static List<Neighbour> ranked(StructureQuery query, List<StructureEntry> entries) {
        return entries.stream()
                .map(e -> {
                    double dot = 0;
                    for (int i = 0; i < e.embedding().length; i++) {
                        dot += (double) e.embedding()[i] * query.embedding()[i];
                    }
                    return new Neighbour(e, dot);
                })
                .sorted((a, b) -> Double.compare(b.similarity(), a.similarity()))
                .toList();
    }
}
