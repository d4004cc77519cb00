package org.ragdiff.core.tensor.onednn;

/** The longest vectors among the tokens of each head. Not thread-safe. */
final class HeadNorms {
    private static final int CHUNK_FLOATS = 32768;

    private final int heads;
    private final int d;
    private final float[] chunk;
    private final RawNumbers numbers;

    HeadNorms(int heads, int d) {
        this.heads = heads;
        this.d = d;
        this.chunk = new float[Math.max(1, CHUNK_FLOATS / (heads * d)) * heads * d];
        this.numbers = new RawNumbers(chunk.length);
    }

    /** Raises {@code squares[h]} to the largest |x|² of head h over contiguous tokens of heads · d. */
    void raise(float[] squares, boolean low, long address, long tokens) {
        int channels = heads * d;
        long left = tokens * channels;
        for (long at = 0; left > 0; at += chunk.length, left -= chunk.length) {
            int n = (int) Math.min(chunk.length, left);
            numbers.get(low, address + at * (low ? 2 : Float.BYTES), chunk, n);
            for (int i = 0; i < n; i += channels) {
                for (int h = 0; h < heads; h++) {
                    squares[h] = Math.max(squares[h], square(i + h * d));
                }
            }
        }
    }

    private float square(int from) {
        float a = 0;
        float b = 0;
        float c = 0;
        float e = 0;
        int i = from;
        for (; i + 3 < from + d; i += 4) {
            a += chunk[i] * chunk[i];
            b += chunk[i + 1] * chunk[i + 1];
            c += chunk[i + 2] * chunk[i + 2];
            e += chunk[i + 3] * chunk[i + 3];
        }
        for (; i < from + d; i++) {
            a += chunk[i] * chunk[i];
        }
        return a + b + (c + e);
    }
}
