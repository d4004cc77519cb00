package org.ragdiff.core.tensor.onednn;

import static org.ragdiff.core.tensor.onednn.WinogradTransform.INPUT;
import static org.ragdiff.core.tensor.onednn.WinogradTransform.INPUT_AT;

import java.util.HashMap;
import java.util.Map;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.tensor.onednn.WinogradTransform.Axis;

/** Bᵀ·d·B of a map's windows d, a block of tiles at a time. Not thread-safe. */
final class WinogradInput implements AutoCloseable {
    private static final int SIDE = INPUT.length;

    private record Shape(Axis down, Axis across) {}

    private final Map<Shape, WinogradTransform> transforms = new HashMap<>();
    /** By block and place. */
    private final Call[] calls;

    private final long[] weights;
    /** By block and row of places, in bytes from the image's start. */
    private final long[] offsets;

    /** @param w weights of the convolution */
    WinogradInput(PlanContext c, WinogradTiles tiles, Operand w) {
        int blocks = Math.toIntExact(tiles.down() / tiles.rows());
        calls = new Call[blocks * SIDE * SIDE];
        weights = new long[calls.length];
        offsets = new long[blocks * SIDE];
        for (int block = 0; block < blocks; block++) {
            for (int y = 0; y < SIDE; y++) {
                Axis down = axis(y, block * tiles.rows(), tiles.rows(), tiles.height());
                long first = 2 * block * tiles.rows() + INPUT_AT[y] + down.before();
                offsets[block * SIDE + y] = first * tiles.width() * tiles.in() * Float.BYTES;
                for (int x = 0; x < SIDE; x++) {
                    Axis across = axis(x, 0, tiles.across(), tiles.width());
                    WinogradTransform t = transforms.computeIfAbsent(
                            new Shape(down, across),
                            s -> WinogradTransform.compile(
                                    tiles.imagesAtOnce(), tiles.in(), down, across, 2, false, Layouts.attributes()));
                    int i = (block * SIDE + y) * SIDE + x;
                    calls[i] = t.call();
                    weights[i] = t.weights(c, w, "winograd input " + y + x, tiles.in(), INPUT[y], INPUT[x]);
                }
            }
        }
    }

    /** The part of a side that a place of so many tiles reads. */
    private static Axis axis(int place, long firstTile, long tiles, long side) {
        long taps = INPUT[place].length;
        long first = 2 * firstTile + INPUT_AT[place];
        long end = first + 2 * (tiles - 1) + taps;
        long before = Math.max(0, -first);
        long after = Math.max(0, end - side);
        return new Axis(end - first - before - after, tiles, taps, before, after);
    }

    /**
     * One place of a block's transformed windows.
     *
     * @param image address of the block's first image
     * @param to written, [tiles, channels]
     */
    void run(ExecutionState s, long image, int block, int place, long to) {
        int i = block * SIDE * SIDE + place;
        calls[i].run(s, image + offsets[i / SIDE], weights[i], to);
    }

    @Override
    public void close() {
        transforms.values().forEach(t -> t.call().close());
    }
}
