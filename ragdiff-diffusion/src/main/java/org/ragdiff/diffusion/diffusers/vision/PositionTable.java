package org.ragdiff.diffusion.diffusers.vision;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.AxisMap;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * A learned position table at the size of an image: as it is, or interpolated as torch does (bicubic), each
 * size once. The weights must not change any more then. Thread-safe.
 */
final class PositionTable {
    private static final int SIZES = 16;

    private final Parameter table;
    private final int grid;
    private final boolean classToken;
    private final int channels;
    /** The most recently used sizes; the arrays are freed when nothing refers to them any more. */
    private final Map<Long, INDArray> bySize = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, INDArray> eldest) {
            return size() > SIZES;
        }
    };

    /** @param table [.., tokens, channels], a class token's position first if there is one */
    PositionTable(Parameter table, int grid, boolean classToken, int channels) {
        this.table = table;
        this.grid = grid;
        this.classToken = classToken;
        this.channels = channels;
    }

    /** [tokens, channels] for an image of h x w patches. */
    Var at(Tape t, int h, int w) {
        if (h == grid && w == grid) {
            return table.on(t);
        }
        synchronized (bySize) {
            return t.constant(bySize.computeIfAbsent(((long) h << 32) | w, size -> interpolated(h, w)));
        }
    }

    private INDArray interpolated(int h, int w) {
        int first = classToken ? 1 : 0;
        float[] in = HostArrays.read(table.value());
        float[] out = new float[Math.multiplyExact(first + Math.multiplyExact(h, w), channels)];
        System.arraycopy(in, 0, out, 0, first * channels);
        AxisMap rows = AxisMap.bicubic(grid, h, false);
        AxisMap columns = AxisMap.bicubic(grid, w, false);
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int to = (first + y * w + x) * channels;
                for (int i = 0; i < 4; i++) {
                    for (int j = 0; j < 4; j++) {
                        float weight = rows.weight()[y][i] * columns.weight()[x][j];
                        int from = (first + rows.source()[y][i] * grid + columns.source()[x][j]) * channels;
                        for (int c = 0; c < channels; c++) {
                            out[to + c] += weight * in[from + c];
                        }
                    }
                }
            }
        }
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, out.length / channels, channels);
        HostArrays.write(a, out);
        return a;
    }
}
