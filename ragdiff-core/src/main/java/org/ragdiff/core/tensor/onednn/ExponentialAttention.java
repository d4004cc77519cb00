package org.ragdiff.core.tensor.onednn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Attention over many keys without a search for each row's largest score. By Cauchy and Schwarz no
 * score of a head exceeds scale · max|q| · max|k|; where that is at most {@link #LIMIT}, exponentials neither
 * overflow nor vanish, and softmax(s)·v is exp(s)·[v, 1] divided by its last column. So keys are worked on in
 * blocks that stay in the cache, exponentials are part of the first product, and their sums of the second. With
 * products of bfloat16 the exponentials are rounded to it before they are summed, so that the weights add up to 1.
 * Not thread-safe.
 */
final class ExponentialAttention implements AutoCloseable {
    /** exp(60) times the largest count of keys stays below the largest float; exp(-60) is a normal number. */
    static final float LIMIT = 60;

    private static final long FEWEST_KEYS = 2048;
    /** Of a tile; its scores, 1 MB a head, stay in a second-level cache. */
    private static final long QUERIES = 512;
    /** Of a block; 1,024 took a quarter longer in float32 at 40 channels a head, and no less elsewhere. */
    private static final long KEYS = 512;

    private final AttentionShape z;
    private final AttentionShape.Formats formats;
    private final long heads;
    private final long queries;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<KeyBlock> blocks = new ArrayList<>();
    private final HeadNorms norms;
    private final float[] q2;
    private final float[] k2;
    private final RawFloats floats = new RawFloats();
    private final RawNumbers numbers;
    private final float[] sums;
    private final float[] row;
    private final long weightsAt;
    private final long sumAt;
    private final long stageAt;
    private long scratchBytes;

    /** A block of keys of one range, with the places of its packed keys and values in scratch memory. */
    private record Piece(KeyBlock block, boolean reference, long token, long keysAt, long valuesAt) {}

    private ExponentialAttention(AttentionShape z, AttentionShape.Formats formats, long heads) {
        this.z = z;
        this.formats = formats;
        this.heads = heads;
        this.queries = Math.min(QUERIES, z.tq());
        this.norms = new HeadNorms((int) z.heads(), (int) z.d());
        this.q2 = new float[(int) z.heads()];
        this.k2 = new float[(int) z.heads()];
        addPieces(z.tk(), false, new KeyBlock.Numbers(formats.products(), formats.k(), formats.v()));
        addPieces(z.tr(), true, new KeyBlock.Numbers(formats.products(), formats.kRef(), formats.vRef()));
        long most = blocks.stream().mapToLong(b -> b.keys).max().orElseThrow();
        this.weightsAt = reserve(heads * queries * most * bytes(formats.products()));
        this.sumAt = reserve(heads * queries * (z.d() + 1) * Float.BYTES);
        this.stageAt =
                reserve(blocks.stream().mapToLong(b -> b.stageBytes).max().orElseThrow());
        this.sums = new float[(int) (heads * queries * (z.d() + 1))];
        this.row = new float[(int) (heads * z.d())];
        this.numbers = new RawNumbers(row.length);
    }

    /** @return null where the general way is as good: fewer keys, or several samples in a tile */
    static ExponentialAttention compile(AttentionShape z, AttentionShape.Formats formats, AttentionTiling tiling) {
        return z.keys() >= FEWEST_KEYS && tiling.samples() == 1
                ? new ExponentialAttention(z, formats, tiling.heads())
                : null;
    }

    private static long bytes(boolean low) {
        return low ? 2 : Float.BYTES;
    }

    private void addPieces(long tokens, boolean reference, KeyBlock.Numbers numbers) {
        long count = (tokens + KEYS - 1) / KEYS;
        for (long i = 0, at = 0; i < count; i++) {
            long keys = (tokens - at + count - i - 1) / (count - i);
            KeyBlock block = blocks.stream()
                    .filter(b -> b.keys == keys && b.numbers.equals(numbers))
                    .findFirst()
                    .orElseGet(() -> {
                        KeyBlock b = new KeyBlock(z, keys, heads, queries, z.tq() % queries, numbers);
                        blocks.add(b);
                        return b;
                    });
            pieces.add(new Piece(block, reference, at, reserve(block.keyBytes), reserve(block.valueBytes)));
            at += keys;
        }
    }

    private long reserve(long bytes) {
        long at = scratchBytes;
        scratchBytes += (bytes + 63) / 64 * 64;
        return at;
    }

    long scratchBytes() {
        return scratchBytes;
    }

    /** Looks at a sample's queries, in the products' format, and keys, for {@link #fits}. */
    void measure(long q, long k, long kRef) {
        Arrays.fill(q2, 0);
        Arrays.fill(k2, 0);
        norms.raise(q2, formats.products(), q, z.tq());
        norms.raise(k2, formats.k(), k, z.tk());
        if (z.tr() > 0) {
            norms.raise(k2, formats.kRef(), kRef, z.tr());
        }
    }

    /** Whether the scores of these heads of the measured sample are bounded; false if a value is NaN. */
    boolean fits(long firstHead) {
        for (int h = (int) firstHead; h < firstHead + heads; h++) {
            double bound = Math.abs(z.scale()) * Math.sqrt((double) q2[h] * k2[h]);
            if (!(bound <= LIMIT)) {
                return false;
            }
        }
        return true;
    }

    /** Addresses of the sample's first token at the first head; queries in the products' format. */
    void run(ExecutionState s, long q, long k, long v, long kRef, long vRef, long out, long scratch) {
        for (Piece p : pieces) {
            long from = p.token * z.channels();
            KeyBlock.Numbers numbersOf = p.block.numbers;
            p.block.pack(
                    s,
                    (p.reference ? kRef : k) + from * bytes(numbersOf.keys()),
                    (p.reference ? vRef : v) + from * bytes(numbersOf.values()),
                    scratch + p.keysAt,
                    scratch + p.valuesAt,
                    scratch + stageAt);
        }
        for (long q0 = 0; q0 < z.tq(); q0 += queries) {
            long count = Math.min(queries, z.tq() - q0);
            for (int i = 0; i < pieces.size(); i++) {
                Piece p = pieces.get(i);
                p.block.run(
                        s,
                        count < queries,
                        i == 0,
                        q + q0 * z.channels() * bytes(formats.products()),
                        scratch + p.keysAt,
                        scratch + p.valuesAt,
                        scratch + weightsAt,
                        scratch + sumAt);
            }
            divide(scratch + sumAt, (int) count, out + q0 * z.channels() * bytes(formats.out()));
        }
    }

    /** Sums [heads, count, d + 1] to rows of the output. */
    private void divide(long from, int count, long out) {
        int d = (int) z.d();
        int wide = d + 1;
        floats.at(from).get(sums, 0, (int) heads * count * wide);
        for (int i = 0; i < count; i++) {
            for (int h = 0; h < heads; h++) {
                int at = (h * count + i) * wide;
                float inverse = 1 / sums[at + d];
                for (int j = 0; j < d; j++) {
                    row[h * d + j] = sums[at + j] * inverse;
                }
            }
            numbers.put(formats.out(), out + i * z.channels() * bytes(formats.out()), row, row.length);
        }
    }

    @Override
    public void close() {
        blocks.forEach(KeyBlock::close);
    }
}
