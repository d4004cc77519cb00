package org.ragdiff.cuda;

/** Sums whose order shapes and device fix, so that they repeat bitwise. Stateless. */
final class Reductions {
    private static final int SQUARE_BLOCKS = 256;

    private Reductions() {}

    /** out [B, C] = sums over the rows of x [B, M, C], both of a format. */
    static void columns(Work w, Format f, long x, long batch, long rows, long channels, long out) {
        int parts = parts(w, batch, rows);
        long partial = w.scratch(batch * parts * channels * Float.BYTES);
        w.launch(
                "columnSums" + f.suffix(),
                new Gpu.Grid(parts, Math.toIntExact(batch), 1),
                256,
                0,
                w.arguments().pointer(x).pointer(partial).i64(rows).i32(channels));
        long n = batch * channels;
        w.forEach(
                "sumParts" + f.suffix(),
                n,
                w.arguments()
                        .pointer(partial)
                        .pointer(out)
                        .i32(parts)
                        .i32(channels)
                        .i64(n));
    }

    /** Into how many parts rows are divided, so that every processor has some. */
    static int parts(Work w, long batch, long rows) {
        long wanted = (2L * w.device().info().processors() + batch - 1) / batch;
        return (int) Math.max(1, Math.min(wanted, rows / 16));
    }

    /** Blocks that {@link #squares} writes one double each for. */
    static int squareBlocks(long n) {
        return (int) Math.max(1, Math.min(SQUARE_BLOCKS, (n + 4095) / 4096));
    }

    /** Parts of Σ x², float64, to be added up. */
    static void squares(Work w, long x, long n, long partial) {
        w.launch(
                "sumSquares",
                Gpu.Grid.of(squareBlocks(n)),
                256,
                0,
                w.arguments().pointer(x).pointer(partial).i64(n));
    }
}
