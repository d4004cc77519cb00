package org.ragdiff.retrieval.structurenet;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * GradCache (Gao et al. 2021): rows that a loss over a whole batch needs, made in parts of it. Going forward, each
 * part leaves its rows and nothing else; going backward, it is computed once more and takes the gradient of its
 * rows. Memory is that of one part, and the gradients are those of the batch as a whole. Stateless.
 */
final class CachedGradients {
    private CachedGradients() {}

    /** Rows [from, to) of the batch, the same each time; of leaves and constants only. */
    @FunctionalInterface
    interface Part {
        /** @return [to - from, width] */
        Var rows(Tape t, int from, int to);
    }

    /**
     * @param count rows of the batch
     * @param part rows made together; at least {@code count} for all at once, without a second pass
     * @param trained some leaf that the rows depend on, by which the tape knows that they need gradients
     */
    static Var of(Tape t, int count, int part, Var trained, Part rows) {
        if (part < 1) {
            throw new IllegalArgumentException("part must be at least 1, got " + part);
        }
        if (part >= count || !t.isTraining()) {
            return rows.rows(t, 0, count);
        }
        INDArray out = null;
        for (int from = 0; from < count; from += part) {
            int to = Math.min(count, from + part);
            try (Tape forward = t.separate(false)) {
                INDArray made = rows.rows(forward, from, to).value();
                long width = made.length() / (to - from);
                out = out == null ? t.allocate(count, width) : out;
                HostArrays.copy(made, 0, out, from * width, made.length());
            }
        }
        long width = out.size(1);
        return t.record(
                out,
                grad -> {
                    for (int from = 0; from < count; from += part) {
                        int to = Math.min(count, from + part);
                        try (Tape again = t.separate(true)) {
                            Var made = rows.rows(again, from, to);
                            INDArray own = again.allocate(made.shape());
                            HostArrays.copy(grad, from * width, own, 0, own.length());
                            again.backward(made, own);
                        }
                    }
                },
                trained);
    }
}
