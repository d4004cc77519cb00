package org.ragdiff.bench.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Attentions;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Convolutions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Normalizations;
import org.ragdiff.core.tensor.Products;
import org.ragdiff.core.tensor.Var;

/** Single operations of SD 1.5's sizes at batch 2 as recorded graphs, for devices where a plan is what runs. */
final class DeviceCases {
    private final Map<String, Supplier<RecordedNetwork>> all = new LinkedHashMap<>();
    private final int divisor;

    private DeviceCases(int divisor) {
        this.divisor = divisor;
    }

    /** @param divisor of channels and tokens, 1 for the real sizes */
    static Map<String, Supplier<RecordedNetwork>> of(int divisor) {
        DeviceCases c = new DeviceCases(divisor);
        int square = 4096 / divisor;
        c.add(
                "matmul " + square,
                b -> Products.linear(b.tape(), b.input("x", square, square), c.weights(b, square, square), null));
        c.convolution(320, 64);
        c.convolution(640, 32);
        c.convolution(1280, 16);
        c.linear(8192, 320, 2560);
        c.linear(512, 1280, 10240);
        c.attention(4096, 0, 40);
        c.attention(4096, 4096, 40);
        c.attention(1024, 0, 80);
        c.attention(256, 0, 160);
        c.normalisations();
        return c.all;
    }

    private void add(String name, RecordedNetwork.Forward forward) {
        all.put(name, () -> {
            try (GraphBuilder builder = new GraphBuilder()) {
                builder.output("result", forward.apply(builder));
                return new RecordedNetwork(builder.build(), "result", () -> {});
            }
        });
    }

    private Var weights(GraphBuilder b, long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        Random random = new Random(5);
        double scale = 1 / Math.sqrt(a.length() / (double) shape[0]);
        float[] values = new float[Math.toIntExact(a.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        HostArrays.write(a, values);
        return b.tape().constant(a);
    }

    private void convolution(int channels, int side) {
        int c = channels / divisor;
        int s = Math.max(1, side / divisor);
        add(
                "conv3x3 2x%1$dx%1$d %2$d".formatted(s, c),
                b -> Convolutions.conv2d(
                        b.tape(),
                        b.input("x", 2, s, s, c),
                        weights(b, c, c, 3, 3),
                        weights(b, c),
                        Convolution.same(3)));
    }

    private void linear(int rows, int in, int out) {
        int m = rows / divisor;
        int k = in / divisor;
        int n = out / divisor;
        add(
                "linear %d %d to %d".formatted(m, k, n),
                b -> Products.linear(b.tape(), b.input("x", m, k), weights(b, n, k), weights(b, n)));
    }

    private void attention(int tokens, int references, int head) {
        int t = tokens / divisor;
        int r = references / divisor;
        int channels = 8 * head;
        add(
                "attention 2x%d+%d 8x%d".formatted(t, r, head),
                b -> Attentions.attention(
                        b.tape(),
                        b.input("q", 2, t, channels),
                        b.input("k", 2, t, channels),
                        b.input("v", 2, t, channels),
                        r == 0 ? null : b.input("kRef", 2, r, channels),
                        r == 0 ? null : b.input("vRef", 2, r, channels),
                        8));
    }

    private void normalisations() {
        int c = 320 / divisor;
        int s = Math.max(1, 64 / divisor);
        add(
                "group norm + SiLU 2x%1$dx%1$d %2$d".formatted(s, c),
                b -> Normalizations.groupNorm(
                        b.tape(),
                        b.input("x", 2, s, s, c),
                        weights(b, c),
                        weights(b, c),
                        Integer.lowestOneBit(c | 32),
                        1e-5f,
                        Activation.SILU));
        add(
                "layer norm %d %d".formatted(2 * s * s, c),
                b -> Normalizations.layerNorm(
                        b.tape(), b.input("x", 2L * s * s, c), weights(b, c), weights(b, c), 1e-5f));
        add(
                "GEGLU %d %d".formatted(2 * s * s, 4 * c),
                b -> Elementwise.geglu(b.tape(), b.input("x", 2L * s * s, 8L * c)));
        add(
                "add %d".formatted(2 * s * s * c),
                b -> Elementwise.add(b.tape(), b.input("x", 2L * s * s, c), b.input("y", 2L * s * s, c)));
    }
}
