package org.ragdiff.cuda;

import org.ragdiff.core.tensor.Activation;

/** Pointwise operations and rearrangements over device addresses; sizes in elements. Stateless. */
final class Pointwise {
    private Pointwise() {}

    static void axpby(Work w, Format f, float alpha, long a, float beta, long b, long out, long n) {
        w.forEach(
                "axpby" + f.suffix(),
                n,
                w.arguments()
                        .f32(alpha)
                        .pointer(a)
                        .f32(beta)
                        .pointer(b)
                        .pointer(out)
                        .i64(n));
    }

    static void multiply(Work w, Format f, long a, long b, long out, long n) {
        w.forEach(
                "multiply" + f.suffix(),
                n,
                w.arguments().pointer(a).pointer(b).pointer(out).i64(n));
    }

    static void activate(Work w, Format f, Activation activation, long x, long out, long n) {
        w.forEach(
                "activate" + f.suffix(),
                n,
                w.arguments().i32(activation.ordinal()).pointer(x).pointer(out).i64(n));
    }

    static void activateBackward(Work w, Activation activation, long x, long gradOut, long gradX, long n) {
        w.forEach(
                "activateBackward",
                n,
                w.arguments()
                        .i32(activation.ordinal())
                        .pointer(x)
                        .pointer(gradOut)
                        .pointer(gradX)
                        .i64(n));
    }

    /**
     * y = activation(y + bias) + other, in place.
     *
     * @param bias float32 [channels] or 0
     * @param other of y's size or 0
     */
    static void epilogue(
            Work w, Format f, long y, long bias, Activation activation, long other, long channels, long n) {
        if (bias == 0 && other == 0 && activation == Activation.NONE) {
            return;
        }
        w.forEach(
                "epilogue" + f.suffix(),
                n,
                w.arguments()
                        .pointer(y)
                        .pointer(bias)
                        .i32(activation.ordinal())
                        .pointer(other)
                        .i32(channels)
                        .i64(n));
    }

    /** @param channels of the result */
    static void geglu(Work w, Format f, long x, long out, long rows, long channels) {
        long n = rows * channels;
        w.forEach(
                "geglu" + f.suffix(),
                n,
                w.arguments().pointer(x).pointer(out).i32(channels).i64(n));
    }

    static void gegluBackward(Work w, long x, long gradOut, long gradX, long rows, long channels) {
        long n = rows * channels;
        w.forEach(
                "gegluBackward",
                n,
                w.arguments()
                        .pointer(x)
                        .pointer(gradOut)
                        .pointer(gradX)
                        .i32(channels)
                        .i64(n));
    }

    static void addRow(Work w, Format f, long x, long row, long out, long samples, long tokens, long channels) {
        long n = samples * tokens * channels;
        w.forEach(
                "addRow" + f.suffix(),
                n,
                w.arguments()
                        .pointer(x)
                        .pointer(row)
                        .pointer(out)
                        .i64(tokens * channels)
                        .i32(channels)
                        .i64(n));
    }

    /** Each of x [N, H, W, C] times factor to its four of out [N, 2H, 2W, C]. */
    static void spread(Work w, Format f, long x, float factor, long out, long n, long height, long width, long c) {
        resize(w, "spread" + f.suffix(), x, factor, out, height, width, c, 4 * n * height * width * c);
    }

    /** The sum of four of x [N, 2H, 2W, C], times factor, to one of out [N, H, W, C]. */
    static void gather(Work w, Format f, long x, float factor, long out, long n, long height, long width, long c) {
        resize(w, "gather" + f.suffix(), x, factor, out, height, width, c, n * height * width * c);
    }

    private static void resize(
            Work w, String kernel, long x, float factor, long out, long height, long width, long channels, long n) {
        w.forEach(
                kernel,
                n,
                w.arguments()
                        .pointer(x)
                        .f32(factor)
                        .pointer(out)
                        .i32(height)
                        .i32(width)
                        .i32(channels)
                        .i64(n));
    }

    static void copyChannels(
            Work w,
            Format f,
            long source,
            long from,
            long width,
            long target,
            long to,
            long targetWidth,
            long count,
            long rows) {
        long n = rows * count;
        w.forEach(
                "copyChannels" + f.suffix(),
                n,
                w.arguments()
                        .pointer(source)
                        .i32(from)
                        .i32(width)
                        .pointer(target)
                        .i32(to)
                        .i32(targetWidth)
                        .i32(count)
                        .i64(n));
    }

    static void swapMiddle(Work w, Format f, long x, long out, long a, long b, long c, long d) {
        long n = a * b * c * d;
        w.forEach(
                "swapMiddle" + f.suffix(),
                n,
                w.arguments().pointer(x).pointer(out).i32(b).i32(c).i32(d).i64(n));
    }

    /** float32 to a format, rounded to nearest. */
    static void narrow(Work w, Format f, long x, long out, long n) {
        w.forEach(
                "narrow" + f.suffix(), n, w.arguments().pointer(x).pointer(out).i64(n));
    }

    static void widen(Work w, Format f, long x, long out, long n) {
        w.forEach("widen" + f.suffix(), n, w.arguments().pointer(x).pointer(out).i64(n));
    }

    /** A float32 array in a format: itself, or a copy in scratch memory. */
    static long narrowed(Work w, Format f, long x, long n) {
        if (f == Format.F32 || x == 0) {
            return x;
        }
        long copy = w.scratch(n * f.bytes());
        narrow(w, f, x, copy, n);
        return copy;
    }
}
