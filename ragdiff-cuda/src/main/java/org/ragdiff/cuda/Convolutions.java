package org.ragdiff.cuda;

import java.util.Optional;
import org.ragdiff.core.tensor.Convolution;

/**
 * Convolutions and their gradients over device addresses: as matrix products if they are, by cuDNN if it has the
 * shape, else by products over rows of receptive fields. Stateless.
 */
final class Convolutions {
    /** Memory for receptive fields at a time. */
    private static final long FIELD_BYTES = 256L << 20;

    private Convolutions() {}

    /** w [Co, Ci, taps] float32 to [Co, taps, Ci] of a format. */
    static void packWeights(Work w, Format f, long out, long in, long taps, long weights, long packed) {
        long n = out * in * taps;
        w.forEach(
                "packWeights" + f.suffix(),
                n,
                w.arguments().pointer(weights).pointer(packed).i32(in).i32(taps).i64(n));
    }

    static void packWeights(Work w, ConvolutionSpec s, long weights, long packed) {
        packWeights(w, s.format(), s.out(), s.in(), s.kernelHeight() * s.kernelWidth(), weights, packed);
    }

    private static void unpackWeights(Work w, ConvolutionSpec s, Format f, long packed, long weights) {
        long n = s.out() * s.field();
        w.forEach(
                "unpackWeights" + f.suffix(),
                n,
                w.arguments()
                        .pointer(packed)
                        .pointer(weights)
                        .i32(s.in())
                        .i32(s.kernelHeight() * s.kernelWidth())
                        .i64(n));
    }

    /** y of x and packed weights, all of the spec's format. */
    static void forward(Work w, ConvolutionSpec s, long x, long weights, long y) {
        if (s.isProduct()) {
            Products.run(w, rowsTimesWeights(s, s.rows()), x, weights, y, 1);
        } else if (!byLibrary(w, s, x, weights, y)) {
            long chunk = chunk(s, s.rows());
            long fields = w.scratch(chunk * s.field() * s.format().bytes());
            for (long row = 0; row < s.rows(); row += chunk) {
                long rows = Math.min(chunk, s.rows() - row);
                fields(w, s, x, row, rows, fields);
                long to = y + row * s.out() * s.format().bytes();
                Products.run(w, rowsTimesWeights(s, rows), fields, weights, to, 1);
            }
        }
    }

    /** gradX, float32, of y's gradient and packed weights of the spec's format. */
    static void backwardData(Work w, ConvolutionSpec s, long weights, long gradY, long gradX) {
        long size = s.n() * s.height() * s.width() * s.in();
        if (s.isProduct()) {
            Products.run(w, gradTimesWeights(s, Format.F32, s.rows()), gradY, weights, gradX, 1);
            return;
        }
        long own =
                s.format() == Format.F32 ? gradX : w.scratch(size * s.format().bytes());
        if (byLibrary(w, s, own, weights, gradY)) {
            if (own != gradX) {
                Pointwise.widen(w, s.format(), own, gradX, size);
            }
            return;
        }
        long perSample = s.rows() / s.n();
        long samples = Math.max(1, chunk(s, s.rows()) / perSample);
        long fields = w.scratch(
                Math.min(samples, s.n()) * perSample * s.field() * s.format().bytes());
        for (long first = 0; first < s.n(); first += samples) {
            long count = Math.min(samples, s.n() - first);
            long from = gradY + first * perSample * s.out() * s.format().bytes();
            Products.run(w, gradTimesWeights(s, s.format(), count * perSample), from, weights, fields, 1);
            long n = count * s.height() * s.width() * s.in();
            w.forEach(
                    "unfields" + s.format().suffix(),
                    n,
                    w.arguments()
                            .pointer(fields)
                            .pointer(gradX + first * (size / s.n()) * Float.BYTES)
                            .struct(geometry(s))
                            .i64(n));
        }
    }

    /** gradW [Co, Ci, kh, kw], float32, of x and y's gradient in the spec's format. */
    static void backwardWeights(Work w, ConvolutionSpec s, long x, long gradY, long gradW) {
        if (s.isProduct()) {
            Products.run(w, weightGradient(s, s.rows()), gradY, x, gradW, 1);
            return;
        }
        long size = s.out() * s.field();
        long packed = w.scratch(size * s.format().bytes());
        if (byLibrary(w, s, x, packed, gradY)) {
            unpackWeights(w, s, s.format(), packed, gradW);
            return;
        }
        long sum = w.scratch(size * Float.BYTES);
        long chunk = chunk(s, s.rows());
        long fields = w.scratch(chunk * s.field() * s.format().bytes());
        for (long row = 0; row < s.rows(); row += chunk) {
            long rows = Math.min(chunk, s.rows() - row);
            fields(w, s, x, row, rows, fields);
            long from = gradY + row * s.out() * s.format().bytes();
            w.product(Products.of(w, weightGradient(s, rows)), from, fields, 0, sum, sum, 1, row == 0 ? 0 : 1);
        }
        unpackWeights(w, s, Format.F32, sum, gradW);
    }

    private static boolean byLibrary(Work w, ConvolutionSpec s, long x, long weights, long y) {
        // Its kernels read 16 bytes at once; slices of arrays may begin anywhere.
        if ((x | weights | y) % 16 != 0) {
            return false;
        }
        Optional<Gpu.DeviceConvolution> found = w.device().convolution(s);
        found.ifPresent(c -> {
            long workspace = c.workspaceBytes() == 0 ? 0 : w.scratch(c.workspaceBytes());
            w.convolution(c, x, weights, y, workspace);
        });
        return found.isPresent();
    }

    private static ProductSpec rowsTimesWeights(ConvolutionSpec s, long rows) {
        return ProductSpec.dense(s.format(), s.format(), s.tensorFloats(), 1, rows, s.out(), s.field(), false, true);
    }

    private static ProductSpec gradTimesWeights(ConvolutionSpec s, Format out, long rows) {
        return ProductSpec.dense(s.format(), out, s.tensorFloats(), 1, rows, s.field(), s.out(), false, false);
    }

    private static ProductSpec weightGradient(ConvolutionSpec s, long rows) {
        return ProductSpec.dense(s.format(), Format.F32, s.tensorFloats(), 1, s.out(), s.field(), rows, true, false);
    }

    private static long chunk(ConvolutionSpec s, long rows) {
        return Math.max(1, Math.min(rows, FIELD_BYTES / (s.field() * s.format().bytes())));
    }

    private static void fields(Work w, ConvolutionSpec s, long x, long first, long rows, long out) {
        long n = rows * s.field();
        w.forEach(
                "fields" + s.format().suffix(),
                n,
                w.arguments()
                        .pointer(x)
                        .pointer(out)
                        .struct(geometry(s))
                        .i64(first * s.field())
                        .i64(n));
    }

    private static Object[] geometry(ConvolutionSpec s) {
        Convolution g = s.geometry();
        return new Object[] {
            (int) s.height(),
            (int) s.width(),
            (int) s.in(),
            (int) s.kernelHeight(),
            (int) s.kernelWidth(),
            g.stride(),
            g.top(),
            g.left(),
            (int) s.outHeight(),
            (int) s.outWidth()
        };
    }
}
