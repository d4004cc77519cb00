package org.ragdiff.core.image;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.ragdiff.core.RgbImage;

/**
 * Pillow's resampling (libImaging/Resample.c): separable convolution whose kernel widens when
 * shrinking (antialiasing), horizontally first, 8-bit samples in fixed point with 22 fractional
 * bits and rounded between the passes. Equal to Pillow bit by bit for 8-bit pictures. Stateless.
 */
public final class Resize {
    private static final int FRACTION_BITS = 22;

    /** For each output position the first source position and the weights, padded to one length. */
    private record Taps(int size, int[] first, int[] count, double[] weight) {}

    private Resize() {}

    /** The whole picture at another size. */
    public static RgbImage rgb(RgbImage image, int width, int height, ResampleFilter filter) {
        return rgb(image, SourceBox.whole(image.width(), image.height()), width, height, filter);
    }

    /** A rectangle of a picture at another size. */
    public static RgbImage rgb(RgbImage image, SourceBox box, int width, int height, ResampleFilter filter) {
        if (width == image.width()
                && height == image.height()
                && box.equals(SourceBox.whole(image.width(), image.height()))) {
            return image;
        }
        byte[] out = bytes(image.rgbUnsafe(), 3, image.width(), image.height(), box, width, height, filter);
        return RgbImage.wrap(width, height, out);
    }

    /**
     * 8-bit samples, interleaved, row-major.
     *
     * @param source {@code sourceHeight * sourceWidth * channels} samples; not modified
     * @return {@code height * width * channels} samples
     */
    public static byte[] bytes(
            byte[] source,
            int channels,
            int sourceWidth,
            int sourceHeight,
            SourceBox box,
            int width,
            int height,
            ResampleFilter filter) {
        check(
                source.length,
                (long) channels * sourceWidth * sourceHeight,
                sourceWidth,
                sourceHeight,
                box,
                width,
                height);
        Math.multiplyExact(Math.multiplyExact(width, height), channels);
        if (filter == ResampleFilter.NEAREST) {
            return nearest(source, channels, sourceWidth, sourceHeight, box, width, height);
        }
        byte[] current = source;
        double top = box.top();
        double bottom = box.bottom();
        Taps vertical = taps(sourceHeight, box.top(), box.bottom(), height, filter);
        if (width != sourceWidth || box.left() != 0 || box.right() != width) {
            int firstRow = vertical.first[0];
            int lastRow = vertical.first[height - 1] + vertical.count[height - 1];
            Taps horizontal = taps(sourceWidth, box.left(), box.right(), width, filter);
            current = horizontal(source, channels, sourceWidth, firstRow, lastRow - firstRow, horizontal, width);
            for (int y = 0; y < height; y++) {
                vertical.first[y] -= firstRow;
            }
        }
        if (height != sourceHeight || top != 0 || bottom != height) {
            return vertical(current, channels * width, vertical, height);
        }
        return current == source ? source.clone() : current;
    }

    /**
     * Red, green, blue and alpha of 8 bits, interleaved: colours are weighted by their alpha, as Pillow does for
     * mode RGBA, so that transparent pixels do not bleed. Arguments as of {@link #bytes}.
     */
    public static byte[] rgba(
            byte[] source, int sourceWidth, int sourceHeight, SourceBox box, int width, int height, ResampleFilter f) {
        if (f == ResampleFilter.NEAREST) {
            return bytes(source, 4, sourceWidth, sourceHeight, box, width, height, f);
        }
        byte[] premultiplied = source.clone();
        for (int i = 0; i + 3 < source.length; i += 4) {
            int alpha = source[i + 3] & 0xff;
            for (int c = i; c < i + 3; c++) {
                int product = (source[c] & 0xff) * alpha + 128;
                premultiplied[c] = (byte) ((product >> 8) + product >> 8);
            }
        }
        byte[] out = bytes(premultiplied, 4, sourceWidth, sourceHeight, box, width, height, f);
        for (int i = 0; i < out.length; i += 4) {
            int alpha = out[i + 3] & 0xff;
            for (int c = i; c < i + 3 && alpha != 0 && alpha != 255; c++) {
                out[c] = (byte) Math.min(255, 255 * (out[c] & 0xff) / alpha);
            }
        }
        return out;
    }

    /**
     * One channel of float32 samples, row-major (Pillow's mode F): no rounding, no clipping.
     *
     * @param source {@code sourceHeight * sourceWidth} values; not modified
     * @return {@code height * width} values
     */
    public static float[] floats(
            float[] source,
            int sourceWidth,
            int sourceHeight,
            SourceBox box,
            int width,
            int height,
            ResampleFilter filter) {
        double[] in = new double[source.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = source[i];
        }
        double[] plane = plane(in, sourceWidth, sourceHeight, box, width, height, filter, v -> (float) v);
        float[] out = new float[plane.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) plane[i];
        }
        return out;
    }

    /**
     * One channel of 32-bit samples, row-major (Pillow's mode I): rounded to the nearest after either pass, halves away
     * from zero, and clipped.
     *
     * @param source {@code sourceHeight * sourceWidth} values; not modified
     * @return {@code height * width} values
     */
    public static int[] ints(
            int[] source,
            int sourceWidth,
            int sourceHeight,
            SourceBox box,
            int width,
            int height,
            ResampleFilter filter) {
        double[] in = Arrays.stream(source).asDoubleStream().toArray();
        double[] plane = plane(
                in, sourceWidth, sourceHeight, box, width, height, filter, v -> (int) (v < 0 ? v - 0.5 : v + 0.5));
        return Arrays.stream(plane).mapToInt(v -> (int) v).toArray();
    }

    /** Values in double precision, of which each pass keeps what {@code stored} makes of them. */
    private static double[] plane(
            double[] source,
            int sourceWidth,
            int sourceHeight,
            SourceBox box,
            int width,
            int height,
            ResampleFilter filter,
            DoubleUnaryOperator stored) {
        check(source.length, (long) sourceWidth * sourceHeight, sourceWidth, sourceHeight, box, width, height);
        double[] out = new double[Math.multiplyExact(width, height)];
        if (filter == ResampleFilter.NEAREST) {
            int[] xs = nearestPositions(box.left(), box.right(), width, sourceWidth);
            int[] ys = nearestPositions(box.top(), box.bottom(), height, sourceHeight);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    out[y * width + x] = source[ys[y] * sourceWidth + xs[x]];
                }
            }
            return out;
        }
        Taps h = taps(sourceWidth, box.left(), box.right(), width, filter);
        Taps v = taps(sourceHeight, box.top(), box.bottom(), height, filter);
        double[] middle = new double[Math.multiplyExact(width, sourceHeight)];
        for (int y = 0; y < sourceHeight; y++) {
            for (int x = 0; x < width; x++) {
                double sum = 0;
                for (int i = 0; i < h.count[x]; i++) {
                    sum += source[y * sourceWidth + h.first[x] + i] * h.weight[x * h.size + i];
                }
                middle[y * width + x] = stored.applyAsDouble(sum);
            }
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sum = 0;
                for (int i = 0; i < v.count[y]; i++) {
                    sum += middle[(v.first[y] + i) * width + x] * v.weight[y * v.size + i];
                }
                out[y * width + x] = stored.applyAsDouble(sum);
            }
        }
        return out;
    }

    private static void check(
            int length, long expected, int sourceWidth, int sourceHeight, SourceBox box, int width, int height) {
        if (sourceWidth <= 0 || sourceHeight <= 0 || length != expected) {
            throw new IllegalArgumentException("source has " + length + " samples, expected " + expected + " for "
                    + sourceWidth + "x" + sourceHeight);
        }
        if (width <= 0 || height <= 0) {
            throw new IllegalArgumentException("target size must be positive, got " + width + "x" + height);
        }
        if (box.right() > sourceWidth || box.bottom() > sourceHeight) {
            throw new IllegalArgumentException(box + " reaches beyond " + sourceWidth + "x" + sourceHeight);
        }
    }

    private static Taps taps(int in, double from, double to, int out, ResampleFilter filter) {
        double scale = (to - from) / out;
        double filterScale = Math.max(scale, 1);
        double support = filter.support() * filterScale;
        int size = (int) Math.ceil(support) * 2 + 1;
        int[] first = new int[out];
        int[] count = new int[out];
        double[] weight = new double[Math.multiplyExact(out, size)];
        for (int x = 0; x < out; x++) {
            double center = from + (x + 0.5) * scale;
            int min = Math.max((int) (center - support + 0.5), 0);
            int max = Math.min((int) (center + support + 0.5), in);
            double sum = 0;
            for (int i = 0; i < max - min; i++) {
                double w = filter.weight((i + min - center + 0.5) / filterScale);
                weight[x * size + i] = w;
                sum += w;
            }
            for (int i = 0; i < max - min && sum != 0; i++) {
                weight[x * size + i] /= sum;
            }
            first[x] = min;
            count[x] = max - min;
        }
        return new Taps(size, first, count, weight);
    }

    private static int[] fixedPoint(double[] weight) {
        int[] fixed = new int[weight.length];
        for (int i = 0; i < fixed.length; i++) {
            double w = weight[i] * (1 << FRACTION_BITS);
            fixed[i] = (int) (w < 0 ? w - 0.5 : w + 0.5);
        }
        return fixed;
    }

    private static byte clip(int fixed) {
        return (byte) Math.max(0, Math.min(255, fixed >> FRACTION_BITS));
    }

    private static byte[] horizontal(
            byte[] in, int channels, int sourceWidth, int firstRow, int rows, Taps taps, int width) {
        int[] k = fixedPoint(taps.weight);
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(rows, width), channels)];
        for (int y = 0; y < rows; y++) {
            int row = (firstRow + y) * sourceWidth;
            for (int x = 0; x < width; x++) {
                int to = (y * width + x) * channels;
                for (int c = 0; c < channels; c++) {
                    int sum = 1 << FRACTION_BITS - 1;
                    int from = (row + taps.first[x]) * channels + c;
                    for (int i = 0; i < taps.count[x]; i++, from += channels) {
                        sum += (in[from] & 0xff) * k[x * taps.size + i];
                    }
                    out[to + c] = clip(sum);
                }
            }
        }
        return out;
    }

    private static byte[] vertical(byte[] in, int rowLength, Taps taps, int height) {
        int[] k = fixedPoint(taps.weight);
        byte[] out = new byte[Math.multiplyExact(height, rowLength)];
        int[] sums = new int[rowLength];
        for (int y = 0; y < height; y++) {
            Arrays.fill(sums, 1 << FRACTION_BITS - 1);
            for (int i = 0; i < taps.count[y]; i++) {
                int w = k[y * taps.size + i];
                int from = (taps.first[y] + i) * rowLength;
                for (int x = 0; x < rowLength; x++) {
                    sums[x] += (in[from + x] & 0xff) * w;
                }
            }
            for (int x = 0; x < rowLength; x++) {
                out[y * rowLength + x] = clip(sums[x]);
            }
        }
        return out;
    }

    private static byte[] nearest(
            byte[] in, int channels, int sourceWidth, int sourceHeight, SourceBox box, int width, int height) {
        int[] xs = nearestPositions(box.left(), box.right(), width, sourceWidth);
        int[] ys = nearestPositions(box.top(), box.bottom(), height, sourceHeight);
        byte[] out = new byte[width * height * channels];
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = (ys[y] * sourceWidth + xs[x]) * channels;
                for (int c = 0; c < channels; c++) {
                    out[to++] = in[from + c];
                }
            }
        }
        return out;
    }

    private static int[] nearestPositions(double from, double to, int out, int in) {
        double scale = (to - from) / out;
        int[] positions = new int[out];
        // Summed up as Pillow does, so that the same pixels are chosen at ties.
        double at = from + scale * 0.5;
        for (int i = 0; i < out; i++) {
            positions[i] = Math.min((int) at, in - 1);
            at += scale;
        }
        return positions;
    }
}
