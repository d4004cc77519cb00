package org.ragdiff.core.tensor.onednn;

import static org.ragdiff.core.tensor.onednn.WinogradTransform.OUTPUT;

import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.tensor.onednn.WinogradTransform.Axis;

/**
 * Aᵀ·m·A of a block's products m plus bias, then the activation: one of a tile's four results for all tiles at a
 * time, which are then brought to their places of the map. Not thread-safe.
 */
final class WinogradOutput implements AutoCloseable {
    private static final int SIDE = OUTPUT.length;
    private static final int WINDOW = 4;
    private static final int TAPS = 2 * WINDOW + 3;

    private final WinogradTiles tiles;
    private final WinogradTransform transform;
    private final Call placing;
    private final long[] weights = new long[SIDE * SIDE];
    private final long bias;
    private final long pixelBytes;

    /**
     * @param w weights of the convolution
     * @param attributes of what follows the bias
     */
    WinogradOutput(PlanContext c, WinogradTiles tiles, Operand w, Operand bias, primitive_attr attributes) {
        this.tiles = tiles;
        this.bias = c.address(bias);
        long channels = tiles.out();
        pixelBytes = channels * Float.BYTES;
        // The products are a map of 16 rows, one for each place, and as many columns as there are tiles.
        Axis down = new Axis(TAPS, 1, TAPS, 0, 0);
        Axis across = new Axis(tiles.tiles(), tiles.tiles(), 1, 0, 0);
        transform = WinogradTransform.compile(1, channels, down, across, 1, bias != null, attributes);
        for (int i = 0; i < weights.length; i++) {
            float[] taps = taps(OUTPUT[i / SIDE], OUTPUT[i % SIDE]);
            weights[i] = transform.weights(c, w, "winograd output " + i, channels, taps, new float[] {1});
        }
        long[] sizes = {tiles.imagesAtOnce(), tiles.rows(), tiles.across(), channels};
        long rowStride = tiles.width() * channels;
        memory.desc places =
                Layouts.strided(Layouts.F32, sizes, tiles.height() * rowStride, 2 * rowStride, 2 * channels, 1);
        placing = Reorders.compile(Layouts.dense(Layouts.F32, sizes), places);
    }

    /** The places that a result adds up, from its first one to its last one. */
    private static float[] taps(float[] down, float[] across) {
        float[] taps = new float[TAPS];
        for (int y = 0; y < down.length; y++) {
            for (int x = 0; x < across.length; x++) {
                taps[WINDOW * y + x] = down[y] * across[x];
            }
        }
        return taps;
    }

    /**
     * The results of a block.
     *
     * @param products [16, tiles, channels]
     * @param results overwritten, [tiles, channels]
     * @param image address of the block's first image in the map that is written
     */
    void run(ExecutionState s, long products, long results, long image, int block) {
        for (int i = 0; i < weights.length; i++) {
            long y = i / SIDE;
            long x = i % SIDE;
            long from = products + (WINDOW * y + x) * tiles.tiles() * pixelBytes;
            if (bias == 0) {
                transform.call().run(s, from, weights[i], results);
            } else {
                transform.call().run(s, from, weights[i], results, bias);
            }
            placing.run(s, results, image + ((2 * block * tiles.rows() + y) * tiles.width() + x) * pixelBytes);
        }
    }

    @Override
    public void close() {
        transform.call().close();
        placing.close();
    }
}
