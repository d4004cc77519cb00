package org.ragdiff.diffusion.diffusers.vae;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a map into overlapping tiles, has each worked on, and blends the results as diffusers' {@code tiled_decode}
 * does: with the tile above first, then with the one to the left, both as blended before. Holds two rows of tiles.
 */
final class Tiles {
    private final int side;
    private final int channels;
    private final int outSide;
    private final int outChannels;
    private final double overlap;

    /**
     * @param side of tiles of the input
     * @param channels of the input
     * @param outSide of what comes of a whole tile
     * @param overlap share of a side
     */
    Tiles(int side, int channels, int outSide, int outChannels, double overlap) {
        this.side = side;
        this.channels = channels;
        this.outSide = outSide;
        this.outChannels = outChannels;
        this.overlap = overlap;
    }

    /** What is done to one tile, row-major [h, w, C]; changes the sides by the ratio of those of a whole tile. */
    @FunctionalInterface
    interface Work {
        float[] apply(float[] tile, int h, int w);
    }

    /** A worked tile. */
    private record Tile(float[] values, int h, int w) {}

    /**
     * @param in row-major [h, w, channels]; not modified
     * @return row-major, sides changed as {@code work} changes them
     */
    float[] run(float[] in, int h, int w, Work work) {
        int step = side - (int) (side * overlap);
        int blend = (int) (outSide * overlap);
        int limit = outSide - blend;
        int outW = scaled(w);
        float[] out = new float[Math.multiplyExact(Math.multiplyExact(scaled(h), outW), outChannels)];
        List<Tile> above = List.of();
        int top = 0;
        for (int y = 0; y < h; y += step) {
            List<Tile> row = new ArrayList<>();
            int left = 0;
            for (int x = 0; x < w; x += step) {
                Tile tile = work(in, w, y, x, Math.min(side, h - y), Math.min(side, w - x), work);
                if (!above.isEmpty()) {
                    blendDown(above.get(row.size()), tile, blend);
                }
                if (!row.isEmpty()) {
                    blendRight(row.get(row.size() - 1), tile, blend);
                }
                row.add(tile);
                place(tile, limit, out, outW, top, left);
                left += Math.min(limit, tile.w);
            }
            top += Math.min(limit, row.get(0).h);
            above = row;
        }
        return out;
    }

    private int scaled(int length) {
        return Math.toIntExact((long) length * outSide / side);
    }

    private Tile work(float[] in, int width, int y, int x, int h, int w, Work work) {
        float[] tile = new float[h * w * channels];
        for (int i = 0; i < h; i++) {
            System.arraycopy(in, ((y + i) * width + x) * channels, tile, i * w * channels, w * channels);
        }
        return new Tile(work.apply(tile, h, w), scaled(h), scaled(w));
    }

    private void blendDown(Tile above, Tile tile, int blend) {
        int lines = Math.min(Math.min(above.h, tile.h), blend);
        int line = tile.w * outChannels;
        for (int y = 0; y < lines; y++) {
            int from = (above.h - lines + y) * line;
            mix(above.values, from, tile.values, y * line, line, (double) y / lines);
        }
    }

    private void blendRight(Tile left, Tile tile, int blend) {
        int columns = Math.min(Math.min(left.w, tile.w), blend);
        for (int y = 0; y < tile.h; y++) {
            for (int x = 0; x < columns; x++) {
                int from = (y * left.w + left.w - columns + x) * outChannels;
                mix(left.values, from, tile.values, (y * tile.w + x) * outChannels, outChannels, (double) x / columns);
            }
        }
    }

    private static void mix(float[] a, int from, float[] b, int to, int count, double share) {
        float ofA = (float) (1 - share);
        float ofB = (float) share;
        for (int i = 0; i < count; i++) {
            b[to + i] = a[from + i] * ofA + b[to + i] * ofB;
        }
    }

    private void place(Tile tile, int limit, float[] out, int outW, int top, int left) {
        int h = Math.min(limit, tile.h);
        int w = Math.min(limit, tile.w);
        for (int y = 0; y < h; y++) {
            System.arraycopy(
                    tile.values,
                    y * tile.w * outChannels,
                    out,
                    ((top + y) * outW + left) * outChannels,
                    w * outChannels);
        }
    }
}
