package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Differentiable linear maps of rows and columns of feature maps, such as resizing and mean pooling, by two {@link
 * AxisMap}s. Computed on the host; {@link
 * Shapes#upsample2x} and {@link Shapes#averagePool2x} are the kernels for the factor 2.
 */
public final class SpatialMaps {
    private SpatialMaps() {}

    /**
     * @param x [N, rows.in, columns.in, C]
     * @return [N, rows.out, columns.out, C]
     */
    public static Var apply(Tape t, Var x, AxisMap rows, AxisMap columns) {
        if (x.rank() != 4 || x.size(1) != rows.in() || x.size(2) != columns.in()) {
            throw new IllegalArgumentException("expected maps [N, " + rows.in() + ", " + columns.in() + ", C], got "
                    + java.util.Arrays.toString(x.shape()));
        }
        int n = Math.toIntExact(x.size(0));
        int c = Math.toIntExact(x.size(3));
        float[] in = HostArrays.read(x.value());
        float[] out = new float[Math.multiplyExact(n * c, Math.multiplyExact(rows.out(), columns.out()))];
        forEach(n, c, rows, columns, (from, to, w) -> {
            for (int k = 0; k < c; k++) {
                out[to + k] += w * in[from + k];
            }
        });
        INDArray value = t.allocate(n, rows.out(), columns.out(), c);
        HostArrays.write(value, out);
        return t.record(
                value,
                grad -> {
                    float[] g = HostArrays.read(grad);
                    float[] gx = new float[in.length];
                    forEach(n, c, rows, columns, (from, to, w) -> {
                        for (int k = 0; k < c; k++) {
                            gx[from + k] += w * g[to + k];
                        }
                    });
                    INDArray gradX = t.allocate(x.shape());
                    HostArrays.write(gradX, gx);
                    t.accumulate(x, gradX);
                },
                x);
    }

    private interface Tap {
        void at(int from, int to, float weight);
    }

    private static void forEach(int n, int c, AxisMap rows, AxisMap columns, Tap tap) {
        int to = 0;
        for (int s = 0; s < n; s++) {
            for (int y = 0; y < rows.out(); y++) {
                for (int x = 0; x < columns.out(); x++, to += c) {
                    for (int i = 0; i < rows.source()[y].length; i++) {
                        int row = (s * rows.in() + rows.source()[y][i]) * columns.in();
                        for (int j = 0; j < columns.source()[x].length; j++) {
                            tap.at(
                                    (row + columns.source()[x][j]) * c,
                                    to,
                                    rows.weight()[y][i] * columns.weight()[x][j]);
                        }
                    }
                }
            }
        }
    }
}
