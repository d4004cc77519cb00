package org.ragdiff.retrieval.structurenet;

/**
 * Plain colours beside what convolutions make of them: normalisation in the towers loses how bright and how
 * colourful a garment is. Stateless.
 */
final class AppearanceInput {
    /** Blocks along a side of one token. */
    static final int BLOCKS = 2;

    private AppearanceInput() {}

    /** Values of one token. */
    static int perToken(int channels) {
        return BLOCKS * BLOCKS * channels;
    }

    /**
     * Means over blocks, those of one token together.
     *
     * @param pixels N images of [side, side, channels]
     * @param grid tokens along a side; divides side / {@link #BLOCKS}
     * @param kept how many of the channels
     * @return [N, grid², BLOCKS², kept]
     */
    static float[] blocks(float[] pixels, int side, int channels, int grid, int kept) {
        int block = side / grid / BLOCKS;
        if (block * grid * BLOCKS != side) {
            throw new IllegalArgumentException("a side of " + side + " is not divided by " + grid * BLOCKS + " blocks");
        }
        int n = pixels.length / (side * side * channels);
        float[] out = new float[n * grid * grid * BLOCKS * BLOCKS * kept];
        float share = 1f / (block * block);
        for (int i = 0; i < n; i++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    int by = y / block;
                    int bx = x / block;
                    int token = (i * grid + by / BLOCKS) * grid + bx / BLOCKS;
                    int to = ((token * BLOCKS + by % BLOCKS) * BLOCKS + bx % BLOCKS) * kept;
                    int from = ((i * side + y) * side + x) * channels;
                    for (int c = 0; c < kept; c++) {
                        out[to + c] += share * pixels[from + c];
                    }
                }
            }
        }
        return out;
    }
}
