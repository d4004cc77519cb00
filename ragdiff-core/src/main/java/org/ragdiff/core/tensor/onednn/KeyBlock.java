package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * Packing and products of {@link ExponentialAttention} for one length of a block of keys: weights =
 * exp(scale · q · kᵀ), then sum = or += weights · [v, 1]. Sums are float32. Not thread-safe.
 */
final class KeyBlock implements AutoCloseable {
    final long keys;
    final Numbers numbers;
    final long keyBytes;
    final long valueBytes;
    /** [v, 1] before it is packed. */
    final long stageBytes;

    private final Call packKeys;
    private final Call stageValues;
    private final Call stageOnes;
    private final Call packValues;
    private final long ones;
    private final long onesAt;
    private final Products whole;
    private final Products rest;

    /**
     * @param heads of a tile
     * @param left queries of the last tile, or 0
     */
    KeyBlock(AttentionShape z, long keys, long heads, long queries, long left, Numbers numbers) {
        this.keys = keys;
        this.numbers = numbers;
        memory.data_type type = type(numbers.products);
        long d = z.d();
        long wide = d + 1;
        this.whole = new Products(z, type, heads, queries, keys, null, null);
        this.rest = left == 0 ? null : new Products(z, type, heads, left, keys, whole.keys, whole.values);
        this.keyBytes = whole.keys.get_size();
        this.valueBytes = whole.values.get_size();
        long bytes = numbers.products ? 2 : Float.BYTES;
        this.stageBytes = heads * keys * wide * bytes;
        this.ones = heads * keys;
        this.onesAt = d * bytes;
        long[] rows = {d, z.channels(), 1};
        this.packKeys = Reorders.compile(
                Layouts.strided(type(numbers.keys), new long[] {heads, d, keys}, d, 1, z.channels()), whole.keys);
        this.stageValues = Reorders.compile(
                Layouts.strided(type(numbers.values), new long[] {heads, keys, d}, rows),
                Layouts.strided(type, new long[] {heads, keys, d}, keys * wide, wide, 1));
        this.stageOnes = Reorders.compile(
                Layouts.dense(Layouts.F32, heads, keys, 1),
                Layouts.strided(type, new long[] {heads, keys, 1}, keys * wide, wide, 1));
        this.packValues = Reorders.compile(Layouts.dense(type, heads, keys, wide), whole.values);
    }

    /** Number formats: each true for bfloat16. */
    record Numbers(boolean products, boolean keys, boolean values) {}

    private static memory.data_type type(boolean low) {
        return low ? Layouts.BF16 : Layouts.F32;
    }

    private static final class Products {
        final memory.desc keys;
        final memory.desc values;
        final Call exponentials;
        final Call first;
        final Call further;

        Products(
                AttentionShape z,
                memory.data_type type,
                long heads,
                long queries,
                long count,
                memory.desc keys,
                memory.desc values) {
            long d = z.d();
            memory.desc q = Layouts.strided(type, new long[] {heads, queries, d}, d, z.channels(), 1);
            memory.desc weights = Layouts.dense(type, heads, queries, count);
            memory.desc sum = Layouts.dense(Layouts.F32, heads, queries, d + 1);
            memory.desc k = keys == null ? Layouts.any(type, heads, d, count) : keys;
            memory.desc v = values == null ? Layouts.any(type, heads, count, d + 1) : values;
            matmul.primitive_desc exp =
                    new matmul.primitive_desc(CpuEngine.get(), q, k, weights, exponential(z.scale()), false);
            matmul.primitive_desc set =
                    new matmul.primitive_desc(CpuEngine.get(), weights, v, sum, Layouts.attributes(), false);
            this.keys = exp.weights_desc();
            this.values = set.weights_desc();
            matmul.primitive_desc add = new matmul.primitive_desc(
                    CpuEngine.get(), weights, this.values, sum, Layouts.scaled(1, true), false);
            this.exponentials = call(exp, q, this.keys, weights);
            this.first = call(set, weights, this.values, sum);
            this.further = call(add, weights, this.values, sum);
        }

        private static primitive_attr exponential(float scale) {
            primitive_attr a = Layouts.attributes();
            post_ops p = new post_ops();
            p.append_eltwise(algorithm.eltwise_linear, scale, 0);
            p.append_eltwise(algorithm.eltwise_exp, 0, 0);
            a.set_post_ops(p);
            return a;
        }

        private static Call call(matmul.primitive_desc pd, memory.desc... layouts) {
            return new Call(new matmul(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST}, layouts);
        }

        void close() {
            exponentials.close();
            first.close();
            further.close();
        }
    }

    /** Packs keys and values of a tile's heads, from the addresses of the block's first token. */
    void pack(ExecutionState s, long k, long v, long packedKeys, long packedValues, long stage) {
        packKeys.run(s, k, packedKeys);
        stageValues.run(s, v, stage);
        stageOnes.run(s, s.workspace().ones(ones), stage + onesAt);
        packValues.run(s, stage, packedValues);
    }

    /**
     * @param isRest whether the tile is the last, shorter one
     * @param isFirst whether the sum starts here
     */
    void run(
            ExecutionState s,
            boolean isRest,
            boolean isFirst,
            long q,
            long packedKeys,
            long packedValues,
            long weights,
            long sum) {
        Products p = isRest ? rest : whole;
        p.exponentials.run(s, q, packedKeys, weights);
        (isFirst ? p.first : p.further).run(s, weights, packedValues, sum);
    }

    @Override
    public void close() {
        packKeys.close();
        stageValues.close();
        stageOnes.close();
        packValues.close();
        whole.close();
        if (rest != null) {
            rest.close();
        }
    }
}
