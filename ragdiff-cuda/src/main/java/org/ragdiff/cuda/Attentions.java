package org.ragdiff.cuda;

/**
 * Attention over own and reference keys on device addresses: in one kernel where the head fits (tensor cores for
 * 16-bit formats), else by matrix products, as are gradients. Stateless.
 */
final class Attentions {
    private static final int[] HEADS = {16, 32, 48, 64, 80, 96, 128, 160};
    private static final int LARGEST_PLAIN_HEAD = 96;
    /** Memory for scores at a time. */
    private static final long SCORE_BYTES = 512L << 20;

    private Attentions() {}

    /**
     * @param references 0 for none
     * @param head channels of a head
     */
    record Shape(long n, long queries, long own, long references, int heads, int head, float scale) {
        long keys() {
            return own + references;
        }

        long channels() {
            return (long) heads * head;
        }

        private Object[] members() {
            return new Object[] {(int) queries, (int) own, (int) references, heads, head, scale};
        }

        private Gpu.Grid grid(int each) {
            return new Gpu.Grid(Math.toIntExact((queries + each - 1) / each), heads, Math.toIntExact(n));
        }
    }

    /** All of one format; kRef and vRef are 0 if there are no references. */
    static void forward(
            Work w, Format f, boolean tensorFloats, Shape s, long q, long k, long v, long kRef, long vRef, long out) {
        Arguments a = w.arguments()
                .pointer(q)
                .pointer(k)
                .pointer(v)
                .pointer(kRef)
                .pointer(vRef)
                .pointer(out)
                .struct(s.members());
        if (f == Format.F32 && s.head() <= LARGEST_PLAIN_HEAD) {
            int shared = (3 * 32 * (s.head() + 1) + 32 * 33) * Float.BYTES;
            w.launch("attendPlain", s.grid(32), 128, shared, a);
        } else if (f != Format.F32 && s.head() <= HEADS[HEADS.length - 1]) {
            w.launch("attend" + padded(s.head()) + f.suffix(), s.grid(64), 128, 0, a);
        } else {
            byProducts(w, f, tensorFloats, s, q, k, v, kRef, vRef, out);
        }
    }

    private static int padded(int head) {
        for (int h : HEADS) {
            if (head <= h) {
                return h;
            }
        }
        throw new IllegalArgumentException("no kernel for heads of " + head);
    }

    private static long samplesAtOnce(Shape s) {
        return Math.max(1, Math.min(s.n(), SCORE_BYTES / (s.heads() * s.queries() * s.keys() * Float.BYTES)));
    }

    private static void byProducts(
            Work w, Format f, boolean tf, Shape all, long q, long k, long v, long kRef, long vRef, long out) {
        long chunk = samplesAtOnce(all);
        Buffers b = new Buffers(w, f, tf, all, chunk);
        long result = w.scratch(b.queryFloats * Float.BYTES);
        for (long first = 0; first < all.n(); first += chunk) {
            b.begin(first, Math.min(chunk, all.n() - first));
            b.load(q, b.q, b.s.queries(), b.s.queries(), 0);
            b.loadKeys(k, kRef, b.k);
            b.loadKeys(v, vRef, b.v);
            b.probabilities();
            b.product(b.s.queries(), b.s.head(), b.s.keys(), false, false, b.p, b.v, result, 1);
            b.store(result, out, b.s.queries(), b.s.queries(), 0, f);
        }
    }

    /**
     * Gradients; inputs in a format, results float32.
     *
     * @param gradOut [N, Tq, C] in the format
     */
    static void backward(
            Work w,
            Format f,
            boolean tf,
            Shape all,
            long q,
            long k,
            long v,
            long kRef,
            long vRef,
            long gradOut,
            long gradQ,
            long gradK,
            long gradV,
            long gradKRef,
            long gradVRef) {
        long chunk = samplesAtOnce(all);
        Buffers b = new Buffers(w, f, tf, all, chunk);
        long g = w.scratch(b.queryFloats * f.bytes());
        long gradP = w.scratch(b.scoreFloats * Float.BYTES);
        long gradS = f == Format.F32 ? gradP : w.scratch(b.scoreFloats * f.bytes());
        long queryGradient = w.scratch(b.queryFloats * Float.BYTES);
        long keyGradient = w.scratch(b.keyFloats * Float.BYTES);
        for (long first = 0; first < all.n(); first += chunk) {
            b.begin(first, Math.min(chunk, all.n() - first));
            Shape s = b.s;
            b.load(q, b.q, s.queries(), s.queries(), 0);
            b.load(gradOut, g, s.queries(), s.queries(), 0);
            b.loadKeys(k, kRef, b.k);
            b.loadKeys(v, vRef, b.v);
            b.probabilities();
            b.product(s.keys(), s.head(), s.queries(), true, false, b.p, g, keyGradient, 1);
            b.storeKeys(keyGradient, gradV, gradVRef);
            b.product(s.queries(), s.keys(), s.head(), false, true, g, b.v, gradP, 1);
            Norms.softmaxBackward(w, f, b.p, gradP, s.scale(), gradS, s.n() * s.heads() * s.queries(), s.keys());
            b.product(s.queries(), s.head(), s.keys(), false, false, gradS, b.k, queryGradient, 1);
            b.store(queryGradient, gradQ, s.queries(), s.queries(), 0, Format.F32);
            b.product(s.keys(), s.head(), s.queries(), true, false, gradS, b.q, keyGradient, 1);
            b.storeKeys(keyGradient, gradK, gradKRef);
        }
    }

    /** Rows of heads of a few samples, [n · heads, tokens, head], own and reference keys one after the other. */
    private static final class Buffers {
        private final Work w;
        private final Format f;
        private final boolean tensorFloats;
        private final Shape all;
        final long queryFloats;
        final long keyFloats;
        final long scoreFloats;
        final long q;
        final long k;
        final long v;
        private final long scores;
        final long p;
        /** Of the samples at hand. */
        Shape s;

        private long first;

        Buffers(Work w, Format f, boolean tensorFloats, Shape all, long samples) {
            this.w = w;
            this.f = f;
            this.tensorFloats = tensorFloats;
            this.all = all;
            this.queryFloats = samples * all.queries() * all.channels();
            this.keyFloats = samples * all.keys() * all.channels();
            this.scoreFloats = samples * all.heads() * all.queries() * all.keys();
            this.q = w.scratch(queryFloats * f.bytes());
            this.k = w.scratch(keyFloats * f.bytes());
            this.v = w.scratch(keyFloats * f.bytes());
            this.scores = w.scratch(scoreFloats * Float.BYTES);
            this.p = f == Format.F32 ? scores : w.scratch(scoreFloats * f.bytes());
        }

        void begin(long firstSample, long samples) {
            first = firstSample;
            s = new Shape(samples, all.queries(), all.own(), all.references(), all.heads(), all.head(), all.scale());
        }

        void load(long x, long to, long tokens, long rows, long at) {
            long n = s.n() * tokens * s.channels();
            w.forEach(
                    "splitHeads" + f.suffix(),
                    n,
                    w.arguments()
                            .pointer(x + first * tokens * s.channels() * f.bytes())
                            .pointer(to)
                            .i32(tokens)
                            .i32(s.heads())
                            .i32(s.head())
                            .i32(rows)
                            .i32(at)
                            .i64(n));
        }

        void loadKeys(long own, long reference, long to) {
            load(own, to, s.own(), s.keys(), 0);
            if (s.references() > 0) {
                load(reference, to, s.references(), s.keys(), s.own());
            }
        }

        void store(long x, long to, long tokens, long rows, long from, Format format) {
            long n = s.n() * tokens * s.channels();
            w.forEach(
                    "joinHeads" + format.suffix(),
                    n,
                    w.arguments()
                            .pointer(x)
                            .pointer(to + first * tokens * s.channels() * format.bytes())
                            .i32(tokens)
                            .i32(s.heads())
                            .i32(s.head())
                            .i32(rows)
                            .i32(from)
                            .i64(n));
        }

        void storeKeys(long x, long own, long reference) {
            store(x, own, s.own(), s.keys(), 0, Format.F32);
            if (s.references() > 0) {
                store(x, reference, s.references(), s.keys(), s.own(), Format.F32);
            }
        }

        void probabilities() {
            product(s.queries(), s.keys(), s.head(), false, true, q, k, scores, s.scale());
            Norms.softmax(w, f, scores, p, s.n() * s.heads() * s.queries(), s.keys());
        }

        void product(long m, long n, long inner, boolean ta, boolean tb, long a, long b, long out, float alpha) {
            ProductSpec spec = ProductSpec.dense(f, Format.F32, tensorFloats, s.n() * s.heads(), m, n, inner, ta, tb);
            Products.run(w, spec, a, b, out, alpha);
        }
    }
}
