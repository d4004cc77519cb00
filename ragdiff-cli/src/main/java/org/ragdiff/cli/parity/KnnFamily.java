package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.retrieval.database.ExactDatabase;

/**
 * Exact neighbours by the database's search, which is by inner product. Cosines are inner products of unit
 * vectors; squared distances are searched as ⟨(q, 1), (x, −‖x‖²/2)⟩, which has the same order.
 */
final class KnnFamily implements ParityFamily {
    private static final Tolerance TOLERANCE = Tolerance.relative(1e-4);
    private static final List<String> METRICS = List.of("l2", "ip", "cosine");

    @Override
    public String name() {
        return "knn";
    }

    @Override
    public void run(FixtureFolder folder, ParityRun run) throws IOException {
        FixtureObject index = folder.index();
        try (FixtureTensors tensors = folder.onlyTensors()) {
            if (index.has("checks")) {
                index.object("checks").node().fieldNames().forEachRemaining(metric -> {
                    if (!METRICS.contains(metric)) {
                        run.skip(metric, "RAGDiff has no metric " + metric);
                    }
                });
            }
            for (String metric : METRICS) {
                if (tensors.has("out." + metric + ".index") || tensors.has("out." + metric + ".index_f64")) {
                    run.check(metric, TOLERANCE, d -> compare(metric, tensors, d));
                }
            }
        }
    }

    private static void compare(String metric, FixtureTensors tensors, Deviation d) throws IOException {
        double[][] base = prepared(metric, tensors.rows("in.base"));
        double[][] queries = prepared(metric, tensors.rows("in.query"));
        String out = "out." + metric;
        String precise = tensors.has(out + ".index_f64") ? "_f64" : "";
        double[][] expectedIndex = tensors.rows(out + ".index" + precise);
        double[][] expected = tensors.rows(out + ".distance" + precise);
        double scale = 0;
        for (double[] row : base) {
            scale = Math.max(scale, dot(row, row));
        }
        int dimension = base[0].length + (metric.equals("l2") ? 1 : 0);
        try (ExactDatabase database = new ExactDatabase(dimension, "fixture")) {
            database.upsert(entries(metric, base));
            for (int q = 0; q < queries.length; q++) {
                int k = expected[q].length;
                List<Neighbour> found = database.search(query(metric, queries[q]), k, e -> true);
                d.require(found.size() == k, "query " + q + " has " + found.size() + " neighbours, expected " + k);
                double[] similarity = new double[k];
                double[] own = new double[k];
                HashSet<String> ids = new HashSet<>();
                for (int i = 0; i < k; i++) {
                    int at = Integer.parseInt(found.get(i).entry().id());
                    ids.add(found.get(i).entry().id());
                    similarity[i] = found.get(i).similarity();
                    if (metric.equals("l2")) {
                        similarity[i] = dot(queries[q], queries[q]) - 2 * similarity[i];
                    }
                    own[i] = at == (int) expectedIndex[q][i] ? expected[q][i] : value(metric, queries[q], base[at]);
                }
                d.require(ids.size() == k, "query " + q + " found an entry twice");
                d.add("distances of query " + q, similarity, expected[q], scale);
                // Another entry in a place is right if its own value is the place's.
                d.add("neighbours of query " + q, own, expected[q], scale);
            }
        }
    }

    private static double[][] prepared(String metric, double[][] rows) {
        if (metric.equals("cosine")) {
            for (double[] row : rows) {
                double norm = Math.sqrt(dot(row, row));
                for (int i = 0; i < row.length; i++) {
                    row[i] /= norm;
                }
            }
        }
        if (rows.length == 0) {
            throw new FixtureException("there are no rows to search");
        }
        return rows;
    }

    private static double value(String metric, double[] query, double[] row) {
        return metric.equals("l2") ? dot(query, query) + dot(row, row) - 2 * dot(query, row) : dot(query, row);
    }

    private static List<StructureEntry> entries(String metric, double[][] base) {
        int side = StandardFrame.FIELD_SIDE;
        SignedDistanceField field = new SignedDistanceField(side, new float[side * side]);
        List<StructureEntry> entries = new ArrayList<>();
        for (double[] row : base) {
            float[] embedding = vector(row, metric.equals("l2") ? -dot(row, row) / 2 : null);
            entries.add(new StructureEntry(
                    String.valueOf(entries.size()), embedding, field, GarmentAttributes.UNKNOWN, ""));
        }
        return entries;
    }

    private static float[] query(String metric, double[] row) {
        return vector(row, metric.equals("l2") ? 1.0 : null);
    }

    /** @param last a further element, or null */
    private static float[] vector(double[] row, Double last) {
        float[] out = new float[row.length + (last == null ? 0 : 1)];
        for (int i = 0; i < row.length; i++) {
            out[i] = (float) row[i];
        }
        if (last != null) {
            out[row.length] = last.floatValue();
        }
        return out;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
