package org.ragdiff.retrieval.structurenet;

import java.util.function.IntFunction;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;

/**
 * The database of a training: whole embeddings of all its standard garments by the present weights. For one
 * thread.
 */
final class StandardEntries {
    private static final int BATCH = 64;

    private final int count;
    private final IntFunction<Standard> standards;

    /** A standard image with its silhouette, as {@link StructureSample} has them. */
    record Standard(RgbImage image, Silhouette silhouette) {}

    StandardEntries(int count, IntFunction<Standard> standards) {
        this.count = count;
        this.standards = standards;
    }

    int count() {
        return count;
    }

    /** [count, length of whole embeddings]. */
    float[] embed(StructureNet net, Kernels kernels) {
        int length = net.config().embeddingLength();
        StandardInput input = new StandardInput(net.config().standard().side());
        float[] out = new float[count * length];
        try (TensorPool pool = new TensorPool()) {
            for (int from = 0; from < count; from += BATCH) {
                int n = Math.min(BATCH, count - from);
                float[] values = new float[n * input.length()];
                for (int i = 0; i < n; i++) {
                    Standard s = standards.apply(from + i);
                    input.write(s.image(), s.silhouette(), values, i * input.length());
                }
                try (Tape tape = Tape.inference(kernels, pool)) {
                    float[] rows = HostArrays.read(
                            WholeEmbeddings.standards(tape, net, values).value());
                    System.arraycopy(rows, 0, out, from * length, rows.length);
                }
            }
        }
        return out;
    }
}
