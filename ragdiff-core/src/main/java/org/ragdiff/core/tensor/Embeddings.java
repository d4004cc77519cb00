package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Differentiable look-up of a table's rows. */
public final class Embeddings {
    private Embeddings() {}

    /**
     * @param table [R, C]
     * @param rows indices from 0 to R − 1
     * @return [rows.length, C]; the gradients of a row that is taken several times add up
     * @throws IllegalArgumentException if an index is outside of the table
     */
    public static Var rows(Tape t, Var table, int[] rows) {
        int c = Math.toIntExact(table.size(1));
        for (int r : rows) {
            if (r < 0 || r >= table.size(0)) {
                throw new IllegalArgumentException("row " + r + " of a table of " + table.size(0) + " rows");
            }
        }
        INDArray out = t.allocate(rows.length, c);
        for (int i = 0; i < rows.length; i++) {
            HostArrays.copy(table.value(), (long) rows[i] * c, out, (long) i * c, c);
        }
        return t.record(
                out,
                grad -> {
                    float[] g = HostArrays.read(grad);
                    float[] sum = new float[Math.toIntExact(table.value().length())];
                    for (int i = 0; i < g.length; i++) {
                        sum[rows[i / c] * c + i % c] += g[i];
                    }
                    INDArray gradTable = t.allocate(table.shape());
                    HostArrays.write(gradTable, sum);
                    t.accumulate(table, gradTable);
                },
                table);
    }
}
