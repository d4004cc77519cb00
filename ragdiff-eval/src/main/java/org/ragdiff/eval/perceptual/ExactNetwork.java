package org.ragdiff.eval.perceptual;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.DoublePointer;
import org.ragdiff.core.tensor.Convolution;

/**
 * A backbone in float64: windows gathered to rows, times the weights by OpenBLAS. Several times slower than {@link
 * KernelNetwork}, and equal to the definition to twelve digits on every machine.
 */
public final class ExactNetwork implements StageNetwork {
    /** Elements of gathered windows at a time. */
    private static final int GATHERED = 1 << 20;

    private final Backbone backbone;
    private final Map<String, Layer> layers = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if a weight is missing or of another size */
    public ExactNetwork(Backbone backbone, BackboneWeights weights) {
        this.backbone = backbone;
        Map<String, long[]> shapes = backbone.shapes();
        shapes.forEach((name, shape) -> {
            if (name.endsWith(".weight")) {
                String layer = name.substring(0, name.length() - ".weight".length());
                layers.put(
                        layer,
                        new Layer(shape, weights.of(name, shape), weights.of(layer + ".bias", new long[] {shape[0]})));
            }
        });
    }

    /** Weights as [kernel, kernel, in, out]. */
    private static final class Layer {
        private final DoublePointer matrix;
        private final float[] bias;

        Layer(long[] shape, float[] w, float[] bias) {
            int out = (int) shape[0];
            int in = (int) shape[1];
            int k = (int) shape[2];
            double[] m = new double[w.length];
            for (int i = 0; i < w.length; i++) {
                int cell = i % (k * k);
                int channel = i / (k * k) % in;
                m[(cell * in + channel) * out + i / (k * k * in)] = w[i];
            }
            this.matrix = new DoublePointer(m);
            this.bias = bias;
        }
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public List<List<FeatureMap>> stages(List<FeatureMap> inputs) {
        return inputs.stream().map(this::stages).toList();
    }

    private List<FeatureMap> stages(FeatureMap input) {
        List<FeatureMap> taps = new ArrayList<>();
        FeatureMap x = input;
        for (Step s : backbone.steps()) {
            if (s instanceof Step.Convolve c) {
                x = convolve(c, x);
            } else if (s instanceof Step.Fire f) {
                FeatureMap squeezed = convolve(f.squeeze(), x);
                x = joined(convolve(f.narrow(), squeezed), convolve(f.wide(), squeezed));
            } else if (s instanceof Step.Tap) {
                taps.add(x);
            } else {
                x = Pooling.apply(s, x);
            }
        }
        return taps;
    }

    private FeatureMap convolve(Step.Convolve step, FeatureMap x) {
        Layer layer = layers.get(step.name());
        Convolution g = step.geometry();
        int h = Math.toIntExact(g.outHeight(x.height(), step.kernel()));
        int w = Math.toIntExact(g.outWidth(x.width(), step.kernel()));
        if (h < 1
                || w < 1
                || x.height() + g.top() + g.bottom() < step.kernel()
                || x.width() + g.left() + g.right() < step.kernel()) {
            throw Pooling.tooSmall(x);
        }
        int n = step.out();
        int window = step.kernel() * step.kernel() * x.channels();
        int rows = Math.max(1, Math.min(h, GATHERED / (window * w)));
        double[] out = new double[h * w * n];
        double[] gathered = new double[rows * w * window];
        try (DoublePointer left = new DoublePointer(gathered.length);
                DoublePointer right = new DoublePointer((long) rows * w * n)) {
            for (int row = 0; row < h; row += rows) {
                int m = Math.min(rows, h - row);
                gather(x, step, row, m, w, gathered);
                left.put(gathered, 0, m * w * window);
                cblas_dgemm(
                        CblasRowMajor,
                        CblasNoTrans,
                        CblasNoTrans,
                        m * w,
                        n,
                        window,
                        1,
                        left,
                        window,
                        layer.matrix,
                        n,
                        0,
                        right,
                        n);
                right.get(out, row * w * n, m * w * n);
            }
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.max(0, out[i] + layer.bias[i % n]);
        }
        return new FeatureMap(h, w, n, out);
    }

    private static void gather(FeatureMap x, Step.Convolve step, int row, int rows, int width, double[] out) {
        int k = step.kernel();
        int c = x.channels();
        Convolution g = step.geometry();
        int at = 0;
        for (int i = row; i < row + rows; i++) {
            for (int j = 0; j < width; j++) {
                for (int dy = 0; dy < k; dy++) {
                    int y = i * g.stride() - g.top() + dy;
                    for (int dx = 0; dx < k; dx++, at += c) {
                        int z = j * g.stride() - g.left() + dx;
                        if (y < 0 || z < 0 || y >= x.height() || z >= x.width()) {
                            java.util.Arrays.fill(out, at, at + c, 0);
                        } else {
                            System.arraycopy(x.values(), (y * x.width() + z) * c, out, at, c);
                        }
                    }
                }
            }
        }
    }

    private static FeatureMap joined(FeatureMap a, FeatureMap b) {
        int n = a.channels() + b.channels();
        double[] out = new double[a.area() * n];
        for (int i = 0; i < a.area(); i++) {
            System.arraycopy(a.values(), i * a.channels(), out, i * n, a.channels());
            System.arraycopy(b.values(), i * b.channels(), out, i * n + a.channels(), b.channels());
        }
        return new FeatureMap(a.height(), a.width(), n, out);
    }

    @Override
    public void close() {
        layers.values().forEach(l -> l.matrix.close());
    }
}
