package org.ragdiff.core.tensor.onednn;

import org.bytedeco.dnnl.memory;
import org.ragdiff.core.tensor.onednn.AttentionTile.Axes;

/**
 * Softmax attention over own and reference keys, compiled: for each tile's samples and heads, keys and values
 * are packed once (and converted, for bfloat16 products), then its tiles of queries run over them. The two
 * key ranges are never copied together. Not thread-safe.
 */
final class AttentionForward implements PrimitiveCache.Compiled {
    private static final long ALIGNMENT = 64;

    private final AttentionShape z;
    private final AttentionShape.Formats formats;
    private final AttentionTiling tiling;
    private final Call convertQ;
    private final Call packK;
    private final Call packV;
    private final Call packKRef;
    private final Call packVRef;
    private final AttentionTile whole;
    /** For the queries that are left, or null. */
    private final AttentionTile rest;

    /** Used where it fits; null where it never does. */
    private final ExponentialAttention exponential;

    private long scratchBytes;
    private final long lowQ;
    private final long k;
    private final long v;
    private final long kRef;
    private final long vRef;
    private final long scores;
    private final long probabilities;
    private final long sum;

    private AttentionForward(AttentionShape z, AttentionShape.Formats f, AttentionTiling tiling) {
        this.z = z;
        this.formats = f;
        this.tiling = tiling;
        long left = z.tq() % tiling.queries();
        this.whole = new AttentionTile(z, tiling, tiling.queries(), f, null);
        this.rest = left == 0 ? null : new AttentionTile(z, tiling, left, f, whole.packed);
        long count = z.n() * z.tq() * z.channels();
        boolean convert = f.products() != f.q();
        this.convertQ = convert ? Reorders.compile(dense(f.q(), count), dense(f.products(), count)) : null;
        this.packK = pack(f.k(), z.d(), z.tk(), z.columns(z.tk()), whole.packed.k());
        this.packV = pack(f.v(), z.tk(), z.d(), z.rows(z.tk()), whole.packed.v());
        boolean two = z.tr() > 0;
        this.packKRef = two ? pack(f.kRef(), z.d(), z.tr(), z.columns(z.tr()), whole.packed.kRef()) : null;
        this.packVRef = two ? pack(f.vRef(), z.tr(), z.d(), z.rows(z.tr()), whole.packed.vRef()) : null;

        long tileScores = tiling.samples() * tiling.heads() * tiling.queries() * z.keys();
        this.lowQ = reserve(convert ? count * (f.products() ? 2 : Float.BYTES) : 0);
        this.k = reserve(whole.packed.k().get_size());
        this.v = reserve(whole.packed.v().get_size());
        this.kRef = reserve(two ? whole.packed.kRef().get_size() : 0);
        this.vRef = reserve(two ? whole.packed.vRef().get_size() : 0);
        this.scores = reserve(tileScores * Float.BYTES);
        this.probabilities = f.products() ? reserve(tileScores * 2) : scores;
        this.sum = reserve(two && f.out() ? count * Float.BYTES : 0);
        this.exponential = ExponentialAttention.compile(z, f, tiling);
    }

    /** @param threads that oneDNN computes with on the thread that compiles, and later runs */
    static AttentionForward compile(AttentionShape z, AttentionShape.Formats formats, int threads) {
        return compile(z, formats, AttentionTiling.of(z, threads));
    }

    static AttentionForward compile(AttentionShape z, AttentionShape.Formats formats, AttentionTiling tiling) {
        return new AttentionForward(z, formats, tiling);
    }

    private static memory.desc dense(boolean low, long count) {
        return Layouts.dense(low ? Layouts.BF16 : Layouts.F32, count);
    }

    private Call pack(boolean low, long rows, long columns, long[] strides, memory.desc packed) {
        memory.desc from = Layouts.strided(
                low ? Layouts.BF16 : Layouts.F32, Axes.sizes(tiling, rows, columns), Axes.strides(tiling, strides));
        return Reorders.compile(from, packed);
    }

    private long reserve(long bytes) {
        long at = scratchBytes;
        scratchBytes += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        return at;
    }

    long scratchBytes() {
        // Converted queries lie before what the exponential way takes instead of the rest.
        return Math.max(scratchBytes, exponential == null ? 0 : k + exponential.scratchBytes());
    }

    /** Addresses of [N, T, C] arrays; those of the reference are read only if there is one. */
    void run(ExecutionState s, long q, long k, long v, long kRef, long vRef, long out, long scratch) {
        long queries = q;
        if (convertQ != null) {
            queries = scratch + lowQ;
            convertQ.run(s, q, queries);
        }
        for (long n0 = 0; n0 < z.n(); n0 += tiling.samples()) {
            if (exponential != null) {
                exponential.measure(
                        at(queries, formats.products(), n0, z.tq(), 0, 0),
                        at(k, formats.k(), n0, z.tk(), 0, 0),
                        at(kRef, formats.kRef(), n0, z.tr(), 0, 0));
            }
            for (long h0 = 0; h0 < z.heads(); h0 += tiling.heads()) {
                if (exponential != null && exponential.fits(h0)) {
                    exponential.run(
                            s,
                            at(queries, formats.products(), n0, z.tq(), 0, h0),
                            at(k, formats.k(), n0, z.tk(), 0, h0),
                            at(v, formats.v(), n0, z.tk(), 0, h0),
                            at(kRef, formats.kRef(), n0, z.tr(), 0, h0),
                            at(vRef, formats.vRef(), n0, z.tr(), 0, h0),
                            at(out, formats.out(), n0, z.tq(), 0, h0),
                            scratch + this.k);
                    continue;
                }
                packK.run(s, at(k, formats.k(), n0, z.tk(), 0, h0), scratch + this.k);
                packV.run(s, at(v, formats.v(), n0, z.tk(), 0, h0), scratch + this.v);
                if (packKRef != null) {
                    packKRef.run(s, at(kRef, formats.kRef(), n0, z.tr(), 0, h0), scratch + this.kRef);
                    packVRef.run(s, at(vRef, formats.vRef(), n0, z.tr(), 0, h0), scratch + this.vRef);
                }
                for (long q0 = 0; q0 < z.tq(); q0 += tiling.queries()) {
                    (q0 + tiling.queries() <= z.tq() ? whole : rest)
                            .run(
                                    s,
                                    at(queries, formats.products(), n0, z.tq(), q0, h0),
                                    scratch + this.k,
                                    scratch + this.v,
                                    scratch + this.kRef,
                                    scratch + this.vRef,
                                    scratch + scores,
                                    scratch + probabilities,
                                    at(scratch + sum, false, n0, z.tq(), q0, h0),
                                    at(out, formats.out(), n0, z.tq(), q0, h0));
                }
            }
        }
    }

    private long at(long base, boolean low, long sample, long tokens, long token, long head) {
        return base + z.offset(sample, tokens, token, head) * (low ? 2 : Float.BYTES);
    }

    @Override
    public void close() {
        if (exponential != null) {
            exponential.close();
        }
        whole.close();
        packK.close();
        packV.close();
        close(rest);
        close(convertQ);
        close(packKRef);
        close(packVRef);
    }

    private static void close(AttentionTile tile) {
        if (tile != null) {
            tile.close();
        }
    }

    private static void close(Call call) {
        if (call != null) {
            call.close();
        }
    }
}
