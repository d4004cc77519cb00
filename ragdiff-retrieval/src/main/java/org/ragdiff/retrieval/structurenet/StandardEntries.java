package org.ragdiff.retrieval.structurenet;

import java.util.function.IntFunction;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;

/** The standard images of all training garments: their database by the present weights. For one thread. */
final class StandardEntries {
    private static final int BATCH = 64;

    private final int count;
    private final IntFunction<StructureSample> standards;

    /** @param standards by number; photos are not looked at */
    StandardEntries(int count, IntFunction<StructureSample> standards) {
        this.count = count;
        this.standards = standards;
    }

    int count() {
        return count;
    }

    /** Whole embeddings, [count, length]. */
    float[] embed(StructureNet net, Kernels kernels) {
        try (TensorPool pool = new TensorPool()) {
            return rows(net, values -> {
                try (Tape tape = Tape.inference(kernels, pool)) {
                    return HostArrays.read(
                            WholeEmbeddings.standards(tape, net, values).value());
                }
            });
        }
    }

    /** Rows of {@link ColourDistribution}, [count, bins³]. */
    float[] colours(StructureNet net) {
        return rows(net, values -> WholeEmbeddings.colours(net, values));
    }

    /** @param made equally long rows of inputs of some standard images */
    private float[] rows(StructureNet net, java.util.function.UnaryOperator<float[]> made) {
        StandardInput input = new StandardInput(net.config().standard().side());
        float[] out = null;
        for (int from = 0; from < count; from += BATCH) {
            int n = Math.min(BATCH, count - from);
            float[] values = new float[n * input.length()];
            for (int i = 0; i < n; i++) {
                StructureSample s = standards.apply(from + i);
                input.write(s.standard(), s.silhouette(), values, i * input.length());
            }
            float[] rows = made.apply(values);
            int each = rows.length / n;
            out = out == null ? new float[count * each] : out;
            System.arraycopy(rows, 0, out, from * each, rows.length);
        }
        return out;
    }
}
