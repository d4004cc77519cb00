package org.ragdiff.retrieval.structurenet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.train.Metrics;

/**
 * Where the own standard images of photos of other garments rank, by whole embeddings, among those of all these
 * photos and further entries. No attributes are told.
 */
final class HeldOutRecall {
    private final StructureNet net;
    private final List<StructureBatch> batches;
    private final Kernels kernels;

    HeldOutRecall(StructureNet net, List<StructureBatch> batches, Kernels kernels) {
        this.net = net;
        this.batches = List.copyOf(batches);
        this.kernels = kernels;
    }

    /** @param others whole embeddings of further entries */
    void measure(Metrics metrics, float[] others) {
        if (batches.isEmpty()) {
            return;
        }
        int length = net.config().embeddingLength();
        List<float[]> photos = new ArrayList<>();
        List<float[]> standards = new ArrayList<>();
        try (TensorPool pool = new TensorPool()) {
            for (StructureBatch batch : batches) {
                try (Tape tape = Tape.inference(kernels, pool)) {
                    float[] untold = new float[batch.size() * AttributeVocabulary.SIZE];
                    StructureNet.Wild wild =
                            net.wild(tape, TowerTensors.photos(tape, net, batch), TowerTensors.rows(tape, untold));
                    photos.addAll(rows(
                            HostArrays.read(WholeEmbeddings.photos(tape, net, batch.photos(), wild)
                                    .value()),
                            length));
                    standards.addAll(rows(
                            HostArrays.read(WholeEmbeddings.standards(tape, net, batch.standards())
                                    .value()),
                            length));
                }
            }
        }
        List<float[]> gallery = new ArrayList<>(standards);
        gallery.addAll(rows(others, length));
        metrics.put("heldOutEntries", gallery.size());
        for (int k : new int[] {1, 5, 10}) {
            metrics.put("heldOutRecallAt" + k, HeldOutMeasures.recall(photos, gallery, k));
        }
    }

    private static List<float[]> rows(float[] values, int length) {
        List<float[]> rows = new ArrayList<>();
        for (int from = 0; from < values.length; from += length) {
            rows.add(Arrays.copyOfRange(values, from, from + length));
        }
        return rows;
    }
}
