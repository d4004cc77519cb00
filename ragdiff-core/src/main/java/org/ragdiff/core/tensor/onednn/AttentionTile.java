package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * The compiled products of one tile, over keys and values packed for them. The scores of both key ranges lie
 * side by side in one row, so that one softmax spans them. Not thread-safe.
 */
final class AttentionTile implements AutoCloseable {
    private final Call similarity;
    private final Call similarityRef;
    private final Call softmax;
    private final Call weighted;
    private final Call weightedRef;
    private final long besideScores;
    private final long besideProbabilities;
    private final boolean apart;

    /** Layouts of packed keys and values, [.., d, T] and [.., T, d]; null where there are none. */
    record Packed(memory.desc k, memory.desc v, memory.desc kRef, memory.desc vRef) {}

    final Packed packed;

    /**
     * @param queries of a tile
     * @param given layouts to keep to, or null to choose them
     */
    AttentionTile(
            AttentionShape z, AttentionTiling tiling, long queries, AttentionShape.Formats formats, Packed given) {
        long keys = z.keys();
        memory.data_type type = formats.products() ? Layouts.BF16 : Layouts.F32;
        memory.data_type outType = formats.out() ? Layouts.BF16 : Layouts.F32;
        this.apart = formats.out() && z.tr() > 0;
        this.besideScores = z.tk() * Float.BYTES;
        this.besideProbabilities = z.tk() * (formats.products() ? 2 : Float.BYTES);

        long[] strides = Axes.strides(tiling, tiling.heads() * queries * keys, queries * keys, keys, 1);
        long[] qStrides = Axes.strides(tiling, z.rows(z.tq()));
        memory.desc q = Layouts.strided(type, Axes.sizes(tiling, queries, z.d()), qStrides);
        memory.desc out = Layouts.strided(outType, Axes.sizes(tiling, queries, z.d()), qStrides);
        memory.desc sum = Layouts.strided(Layouts.F32, Axes.sizes(tiling, queries, z.d()), qStrides);
        memory.desc anyK = Layouts.any(type, Axes.sizes(tiling, z.d(), z.tk()));
        memory.desc anyV = Layouts.any(type, Axes.sizes(tiling, z.tk(), z.d()));
        memory.desc scores = Layouts.strided(Layouts.F32, Axes.sizes(tiling, queries, z.tk()), strides);
        memory.desc p = Layouts.strided(type, Axes.sizes(tiling, queries, z.tk()), strides);

        Compiled k = product(q, given == null ? anyK : given.k, scores, Layouts.scaled(z.scale(), false), null);
        Compiled v = product(p, given == null ? anyV : given.v, apart ? sum : out, Layouts.attributes(), null);
        this.similarity = k.call;
        this.weighted = v.call;
        this.softmax = Softmaxes.compile(tiling.samples() * tiling.heads() * queries, keys, formats.products());
        if (z.tr() == 0) {
            this.similarityRef = null;
            this.weightedRef = null;
            this.packed = new Packed(k.weights, v.weights, null, null);
            return;
        }
        memory.desc anyKRef = Layouts.any(type, Axes.sizes(tiling, z.d(), z.tr()));
        memory.desc anyVRef = Layouts.any(type, Axes.sizes(tiling, z.tr(), z.d()));
        memory.desc beside = Layouts.strided(Layouts.F32, Axes.sizes(tiling, queries, z.tr()), strides);
        memory.desc pRef = Layouts.strided(type, Axes.sizes(tiling, queries, z.tr()), strides);
        Compiled kRef =
                product(q, given == null ? anyKRef : given.kRef, beside, Layouts.scaled(z.scale(), false), null);
        Compiled vRef = product(
                pRef,
                given == null ? anyVRef : given.vRef,
                out,
                apart ? plus(sum) : Layouts.scaled(1, true),
                apart ? sum : null);
        this.similarityRef = kRef.call;
        this.weightedRef = vRef.call;
        this.packed = new Packed(k.weights, v.weights, kRef.weights, vRef.weights);
    }

    private record Compiled(Call call, memory.desc weights) {}

    private static primitive_attr plus(memory.desc other) {
        primitive_attr a = Layouts.attributes();
        post_ops p = new post_ops();
        p.append_binary(algorithm.binary_add, other);
        a.set_post_ops(p);
        return a;
    }

    private static Compiled product(
            memory.desc a, memory.desc b, memory.desc out, primitive_attr attributes, memory.desc other) {
        matmul.primitive_desc pd = new matmul.primitive_desc(CpuEngine.get(), a, b, out, attributes, false);
        memory.desc weights = pd.weights_desc();
        int[] arguments = other == null
                ? new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST}
                : new int[] {
                    DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1
                };
        memory.desc[] layouts =
                other == null ? new memory.desc[] {a, weights, out} : new memory.desc[] {a, weights, out, other};
        return new Compiled(new Call(new matmul(pd), pd, arguments, layouts), weights);
    }

    /**
     * @param scores scratch for float32 scores
     * @param probabilities scratch for what the products read; the scores if that is float32
     * @param sum scratch of the output's size if the output is bfloat16 and there are reference keys
     */
    void run(
            ExecutionState s,
            long q,
            long k,
            long v,
            long kRef,
            long vRef,
            long scores,
            long probabilities,
            long sum,
            long out) {
        similarity.run(s, q, k, scores);
        if (similarityRef != null) {
            similarityRef.run(s, q, kRef, scores + besideScores);
        }
        softmax.run(s, scores, probabilities);
        weighted.run(s, probabilities, v, apart ? sum : out);
        if (weightedRef != null && apart) {
            weightedRef.run(s, probabilities + besideProbabilities, vRef, out, sum);
        } else if (weightedRef != null) {
            weightedRef.run(s, probabilities + besideProbabilities, vRef, out);
        }
    }

    @Override
    public void close() {
        similarity.close();
        softmax.close();
        weighted.close();
        if (similarityRef != null) {
            similarityRef.close();
            weightedRef.close();
        }
    }

    /** [samples, heads, rows, columns], without the samples where a tile has one: then oneDNN has fewer axes. */
    static final class Axes {
        private Axes() {}

        static long[] sizes(AttentionTiling t, long rows, long columns) {
            return t.samples() == 1
                    ? new long[] {t.heads(), rows, columns}
                    : new long[] {t.samples(), t.heads(), rows, columns};
        }

        static long[] strides(AttentionTiling t, long... four) {
            return t.samples() == 1 ? new long[] {four[1], four[2], four[3]} : four;
        }
    }
}
