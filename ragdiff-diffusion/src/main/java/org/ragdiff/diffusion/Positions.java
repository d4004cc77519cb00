package org.ragdiff.diffusion;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Sinusoidal positions of a map's cells, added to its tokens so that attention can compare places of two
 * images: a quarter of the channels each for sine and cosine of row and column (Vaswani et al. 2017 in two
 * dimensions), in fractions of the side, so that a level's resolution does not matter.
 */
public final class Positions {
    private static final double LOWEST = Math.PI;
    private static final double HIGHEST = 16 * Math.PI;

    private static final int GRIDS = 64;
    /** The most recently used tables; the arrays are freed when nothing refers to them any more. */
    private static final Map<Grid, INDArray> TABLES = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Grid, INDArray> eldest) {
            return size() > GRIDS;
        }
    };

    private Positions() {}

    /** x [N, h·w, C] plus the code of each cell, scaled by ½. */
    public static Var add(Tape t, Var x, int h, int w) {
        return Elementwise.addToSamples(t, x, t.constant(table(h, w, Math.toIntExact(x.size(2)))));
    }

    private record Grid(int h, int w, int channels) {}

    /** The codes of a grid [h·w, channels]; not to be modified. */
    private static INDArray table(int h, int w, int channels) {
        synchronized (TABLES) {
            return TABLES.computeIfAbsent(new Grid(h, w, channels), g -> {
                INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, (long) h * w, channels);
                HostArrays.write(a, code(h, w, channels));
                return a;
            });
        }
    }

    static float[] code(int h, int w, int channels) {
        int quarter = channels / 4;
        float[] code = new float[h * w * channels];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int at = (y * w + x) * channels;
                for (int i = 0; i < quarter; i++) {
                    double frequency = LOWEST * Math.pow(HIGHEST / LOWEST, quarter == 1 ? 0 : i / (quarter - 1.0));
                    double row = frequency * (y + 0.5) / h;
                    double column = frequency * (x + 0.5) / w;
                    code[at + i] = (float) (0.5 * Math.sin(row));
                    code[at + quarter + i] = (float) (0.5 * Math.cos(row));
                    code[at + 2 * quarter + i] = (float) (0.5 * Math.sin(column));
                    code[at + 3 * quarter + i] = (float) (0.5 * Math.cos(column));
                }
            }
        }
        return code;
    }
}
