package org.ragdiff.retrieval.structurenet;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.train.Metrics;

/**
 * How well a network finds garments it was not trained on: each held-out photo among all held-out standard
 * images, and its fields against the true silhouette at the network's own resolution. No attributes are told.
 */
final class HeldOutMeasures {
    private final StructureNet net;
    private final List<StructureBatch> batches;
    private final Kernels kernels;

    HeldOutMeasures(StructureNet net, List<StructureBatch> batches, Kernels kernels) {
        this.net = net;
        this.batches = List.copyOf(batches);
        this.kernels = kernels;
    }

    void measure(Metrics metrics) {
        if (batches.isEmpty()) {
            return;
        }
        List<float[]> queries = new ArrayList<>();
        List<float[]> entries = new ArrayList<>();
        double decoded = 0;
        double read = 0;
        double own = 0;
        int right = 0;
        int labelled = 0;
        try (TensorPool pool = new TensorPool()) {
            for (StructureBatch batch : batches) {
                try (Tape tape = Tape.inference(kernels, pool)) {
                    float[] untold = new float[batch.size() * AttributeVocabulary.SIZE];
                    StructureNet.Wild wild =
                            net.wild(tape, TowerTensors.photos(tape, net, batch), TowerTensors.rows(tape, untold));
                    var standard = net.standard(tape, TowerTensors.standards(tape, net, batch));
                    queries.addAll(rows(HostArrays.read(wild.embedding().value())));
                    entries.addAll(rows(HostArrays.read(standard.value())));
                    float[] truth = batch.fields();
                    decoded += overlaps(HostArrays.read(wild.field().value()), truth);
                    read += overlaps(HostArrays.read(wild.readField().value()), truth);
                    own += overlaps(HostArrays.read(net.decode(tape, standard).value()), truth);
                    float[] logits = HostArrays.read(wild.attributes().value());
                    for (int i = 0; i < batch.size(); i++) {
                        GarmentAttributes.Category is =
                                batch.attributes().get(i).category();
                        if (is != GarmentAttributes.Category.UNKNOWN) {
                            labelled++;
                            right += AttributeVocabulary.decode(logits, i, 0).category() == is ? 1 : 0;
                        }
                    }
                }
            }
        }
        int n = queries.size();
        metrics.put("heldOutRecallAt1", recall(queries, entries, 1));
        metrics.put("heldOutRecallAt5", recall(queries, entries, 5));
        metrics.put("heldOutFieldIou", decoded / n);
        metrics.put("heldOutReadFieldIou", read / n);
        metrics.put("heldOutStandardFieldIou", own / n);
        if (labelled > 0) {
            metrics.put("heldOutCategoryAccuracy", (double) right / labelled);
        }
    }

    private List<float[]> rows(float[] values) {
        int d = net.config().dimension();
        List<float[]> rows = new ArrayList<>();
        for (int from = 0; from < values.length; from += d) {
            rows.add(java.util.Arrays.copyOfRange(values, from, from + d));
        }
        return rows;
    }

    private double overlaps(float[] fields, float[] truth) {
        int side = net.config().fieldSide();
        int cells = side * side;
        double sum = 0;
        for (int from = 0; from < fields.length; from += cells) {
            sum += inside(fields, from, side).iou(inside(truth, from, side));
        }
        return sum;
    }

    private static Silhouette inside(float[] fields, int from, int side) {
        boolean[] inside = new boolean[side * side];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = fields[from + i] < 0;
        }
        return new Silhouette(side, side, inside);
    }

    /** Share of queries whose own entry is among the k nearest; entries that tie count as nearer. */
    static double recall(List<float[]> queries, List<float[]> entries, int k) {
        int hits = 0;
        for (int i = 0; i < queries.size(); i++) {
            double own = dot(queries.get(i), entries.get(i));
            int nearer = 0;
            for (int j = 0; j < entries.size(); j++) {
                nearer += j != i && dot(queries.get(i), entries.get(j)) >= own ? 1 : 0;
            }
            hits += nearer < k ? 1 : 0;
        }
        return (double) hits / queries.size();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
