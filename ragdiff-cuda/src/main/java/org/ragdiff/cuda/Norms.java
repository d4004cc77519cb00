package org.ragdiff.cuda;

import org.ragdiff.core.tensor.Activation;

/** Group and layer normalisation and softmax over device addresses. gamma, beta and statistics are float32. Stateless. */
final class Norms {
    private static final int SHARED_FLOATS = 12 << 10;

    private Norms() {}

    /** Shape of a group normalisation. */
    record Groups(long samples, long pixels, long channels, int groups) {
        Object[] members() {
            return new Object[] {Math.toIntExact(pixels), Math.toIntExact(channels), groups};
        }

        /** Shared memory for two floats a channel of each line of threads. */
        int sharedBytes() {
            long floats = 2 * (channels >= 256 ? channels : 256 / channels * channels);
            if (floats > SHARED_FLOATS) {
                throw new IllegalArgumentException("group normalisation on the GPU takes at most " + SHARED_FLOATS / 2
                        + " channels, got " + channels);
            }
            return (int) floats * Float.BYTES;
        }

        private Gpu.Grid grid(Work w) {
            long blocks = Math.max(
                    1,
                    Math.min(
                            (pixels * channels + 1023) / 1024,
                            8L * w.device().info().processors()));
            return new Gpu.Grid((int) blocks, Math.toIntExact(samples), 1);
        }
    }

    /**
     * @param row [N, C] added to x first, or 0
     * @param mean [N, groups] written, as rstd
     */
    static void group(
            Work w,
            Format f,
            Groups s,
            long x,
            long row,
            long gamma,
            long beta,
            float eps,
            Activation activation,
            long out,
            long mean,
            long rstd) {
        int parts = Reductions.parts(w, s.samples(), s.pixels());
        long partial = w.scratch(s.samples() * parts * s.groups() * 2 * Float.BYTES);
        w.launch(
                "groupMoments" + f.suffix(),
                new Gpu.Grid(parts, Math.toIntExact(s.samples()), 1),
                256,
                s.sharedBytes(),
                w.arguments().pointer(x).pointer(row).pointer(partial).struct(s.members()));
        long n = s.samples() * s.groups();
        w.forEach(
                "mergeMoments",
                n,
                w.arguments()
                        .pointer(partial)
                        .i32(parts)
                        .struct(s.members())
                        .f32(eps)
                        .pointer(mean)
                        .pointer(rstd)
                        .i64(n));
        w.launch(
                "groupNorm" + f.suffix(),
                s.grid(w),
                256,
                0,
                w.arguments()
                        .pointer(x)
                        .pointer(row)
                        .pointer(mean)
                        .pointer(rstd)
                        .pointer(gamma)
                        .pointer(beta)
                        .i32(activation.ordinal())
                        .pointer(out)
                        .struct(s.members()));
    }

    static void groupBackward(
            Work w,
            Groups s,
            long x,
            long gamma,
            long beta,
            Activation activation,
            long mean,
            long rstd,
            long gradOut,
            long gradX,
            long gradGamma,
            long gradBeta) {
        int parts = Reductions.parts(w, s.samples(), s.pixels());
        long each = s.channels() * 2;
        long partial = w.scratch(s.samples() * parts * each * Float.BYTES);
        w.launch(
                "groupGradientSums",
                new Gpu.Grid(parts, Math.toIntExact(s.samples()), 1),
                256,
                s.sharedBytes(),
                w.arguments()
                        .pointer(x)
                        .pointer(gradOut)
                        .pointer(mean)
                        .pointer(rstd)
                        .pointer(gamma)
                        .pointer(beta)
                        .i32(activation.ordinal())
                        .pointer(partial)
                        .struct(s.members()));
        long sums = partial;
        if (parts > 1) {
            sums = w.scratch(s.samples() * each * Float.BYTES);
            long n = s.samples() * each;
            w.forEach(
                    "sumParts_f32",
                    n,
                    w.arguments()
                            .pointer(partial)
                            .pointer(sums)
                            .i32(parts)
                            .i32(each)
                            .i64(n));
        }
        affine(w, sums, s.samples(), gradGamma, gradBeta, s.channels());
        long n = s.samples() * s.groups();
        long groups = w.scratch(n * 2 * Float.BYTES);
        w.forEach(
                "groupGradientGroups",
                n,
                w.arguments()
                        .pointer(sums)
                        .pointer(gamma)
                        .pointer(groups)
                        .struct(s.members())
                        .i64(n));
        w.launch(
                "groupNormBackward",
                s.grid(w),
                256,
                0,
                w.arguments()
                        .pointer(x)
                        .pointer(gradOut)
                        .pointer(mean)
                        .pointer(rstd)
                        .pointer(gamma)
                        .pointer(beta)
                        .i32(activation.ordinal())
                        .pointer(groups)
                        .pointer(gradX)
                        .struct(s.members()));
    }

    private static void affine(Work w, long sums, long parts, long gradGamma, long gradBeta, long channels) {
        w.forEach(
                "affineGradients",
                channels,
                w.arguments()
                        .pointer(sums)
                        .i32(parts)
                        .pointer(gradGamma)
                        .pointer(gradBeta)
                        .i32(channels)
                        .i64(channels));
    }

    /** @param mean [rows] written, as rstd; or both 0 */
    static void layer(
            Work w,
            Format f,
            long x,
            long gamma,
            long beta,
            float eps,
            long out,
            long mean,
            long rstd,
            long rows,
            long channels) {
        w.launch(
                "layerNorm" + f.suffix(),
                Gpu.Grid.of(Math.toIntExact(rows)),
                threads(channels),
                0,
                w.arguments()
                        .pointer(x)
                        .pointer(gamma)
                        .pointer(beta)
                        .f32(eps)
                        .pointer(out)
                        .pointer(mean)
                        .pointer(rstd)
                        .i32(channels));
    }

    static void layerBackward(
            Work w,
            long x,
            long gamma,
            long mean,
            long rstd,
            long gradOut,
            long gradX,
            long gradGamma,
            long gradBeta,
            long rows,
            long channels) {
        w.launch(
                "layerNormBackward",
                Gpu.Grid.of(Math.toIntExact(rows)),
                threads(channels),
                0,
                w.arguments()
                        .pointer(x)
                        .pointer(gamma)
                        .pointer(mean)
                        .pointer(rstd)
                        .pointer(gradOut)
                        .pointer(gradX)
                        .i32(channels));
        int parts = Reductions.parts(w, 1, rows);
        long partial = w.scratch(parts * channels * 2 * Float.BYTES);
        w.launch(
                "layerGradientSums",
                Gpu.Grid.of(parts),
                256,
                0,
                w.arguments()
                        .pointer(x)
                        .pointer(gradOut)
                        .pointer(mean)
                        .pointer(rstd)
                        .pointer(partial)
                        .i64(rows)
                        .i32(channels));
        affine(w, partial, parts, gradGamma, gradBeta, channels);
    }

    /** Softmax of float32 rows to rows of a format. */
    static void softmax(Work w, Format f, long x, long out, long rows, long channels) {
        w.launch(
                "softmax" + f.suffix(),
                Gpu.Grid.of(Math.toIntExact(rows)),
                threads(channels),
                0,
                w.arguments().pointer(x).pointer(out).i32(channels));
    }

    /** gradX = factor · out · (gradOut − Σ gradOut · out); gradOut float32, out and gradX of a format. */
    static void softmaxBackward(
            Work w, Format f, long out, long gradOut, float factor, long gradX, long rows, long channels) {
        w.launch(
                "softmaxBackward" + f.suffix(),
                Gpu.Grid.of(Math.toIntExact(rows)),
                threads(channels),
                0,
                w.arguments()
                        .pointer(out)
                        .pointer(gradOut)
                        .f32(factor)
                        .pointer(gradX)
                        .i32(channels));
    }

    /** Whole warps, no more than a row has use for. */
    private static int threads(long channels) {
        return (int) Math.min(256, (channels + 31) / 32 * 32);
    }
}
