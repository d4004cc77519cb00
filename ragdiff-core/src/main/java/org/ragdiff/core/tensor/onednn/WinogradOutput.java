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
        // The products are a map of 4 rows, with 4 columns for each tile.
        Axis down = new Axis(3, 1, 3, 0, 0);
        Axis across = new Axis(4 * tiles.tiles(), tiles.tiles(), 3, 0, 0);
        transform = WinogradTransform.compile(1, channels, down, across, 4, bias != null, attributes);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = transform.weights(c, w, "winograd output " + i, channels, OUTPUT[i / SIDE], OUTPUT[i % SIDE]);
        }
        long[] sizes = {tiles.imagesAtOnce(), tiles.rows(), tiles.across(), channels};
        long rowStride = tiles.width() * channels;
        memory.desc places =
                Layouts.strided(Layouts.F32, sizes, tiles.height() * rowStride, 2 * rowStride, 2 * channels, 1);
        placing = Reorders.compile(Layouts.dense(Layouts.F32, sizes), places);
    }

    /** Numbers between two products of a tile, and between those of two tiles. */
    static long productStride(long channels) {
        return 4 * channels;
    }

    /** Where a place's products begin, in bytes. */
    long productOffset(int place) {
        return (place / 4 * tiles.tiles() * 4 + place % 4) * pixelBytes;
    }

    /**
     * The results of a block.
     *
     * @param products [4, tiles, 4, channels]
     * @param results overwritten, [tiles, channels]
     * @param image address of the block's first image in the map that is written
     */
    void run(ExecutionState s, long products, long results, long image, int block) {
        for (int i = 0; i < weights.length; i++) {
            long y = i / SIDE;
            long x = i % SIDE;
            long from = products + (y * tiles.tiles() * 4 + x) * pixelBytes;
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
