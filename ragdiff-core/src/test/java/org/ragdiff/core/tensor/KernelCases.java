package org.ragdiff.core.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Kernels.AdamWStep;

/** Every operation on odd, prime and single sizes, with values in ±1. */
public final class KernelCases {
    private final SplittableRandom random = new SplittableRandom(7);
    private final List<KernelCase> all = new ArrayList<>();
    private Draft draft;

    private KernelCases() {}

    /** All cases; always the same. */
    public static List<KernelCase> all() {
        KernelCases c = new KernelCases();
        c.convolutions();
        c.products();
        c.attentions();
        c.normalisations();
        c.activations();
        c.pointwise();
        c.resizing();
        c.updates();
        return c.all;
    }

    /** Operands that an output may be, by method. */
    static final Map<String, Set<String>> IN_PLACE = Map.of(
            "softmax", Set.of("x"),
            "activate", Set.of("x"),
            "activateBackward", Set.of("gradOut"),
            "axpby", Set.of("a", "b"),
            "multiply", Set.of("a", "b"),
            "addRow", Set.of("x"));

    private void convolutions() {
        int[][] sizes = {
            {2, 7, 5, 3, 5, 3, 1, 1, 1, 1, 1}, {1, 8, 8, 16, 32, 3, 1, 1, 1, 1, 1}, {2, 9, 6, 4, 7, 3, 2, 0, 0, 1, 1},
            {1, 8, 10, 5, 3, 3, 2, 1, 1, 1, 1}, {3, 5, 7, 17, 13, 1, 1, 0, 0, 0, 0}, {1, 1, 1, 3, 2, 3, 1, 1, 1, 1, 1},
            {2, 6, 6, 64, 32, 3, 1, 1, 1, 1, 1}, {1, 12, 8, 3, 16, 4, 4, 0, 0, 0, 0}, {1, 7, 7, 2, 3, 5, 1, 2, 2, 2, 2},
            {2, 8, 8, 32, 3, 3, 1, 1, 1, 1, 1}, {1, 6, 4, 5, 6, 1, 2, 0, 0, 0, 0}, {2, 5, 7, 1, 1, 3, 1, 2, 0, 1, 1},
            {1, 60, 70, 2, 5, 1, 1, 0, 0, 0, 0}
        };
        for (int[] s : sizes) {
            Convolution g = new Convolution(s[6], s[7], s[8], s[9], s[10]);
            for (boolean bias : s[0] > 1 ? new boolean[] {true, false} : new boolean[] {true}) {
                start("conv2d " + Arrays.toString(s) + (bias ? "" : " without bias"), true);
                given("x", s[0], s[1], s[2], s[3]).given("w", s[4], s[3], s[5], s[5]);
                if (bias) {
                    given("bias", s[4]);
                }
                gradients(s[0], g.outHeight(s[1], s[5]), g.outWidth(s[2], s[5]), s[4])
                        .run(
                                "conv2d",
                                (k, a) -> k.conv2d(a.apply("x"), a.apply("w"), a.apply("bias"), g, a.apply("out")),
                                "out")
                        .run(
                                "conv2dBackwardData",
                                (k, a) -> k.conv2dBackwardData(a.apply("gradOut"), a.apply("w"), g, a.apply("gradX")),
                                "gradX")
                        .run(
                                "conv2dBackwardWeights",
                                (k, a) -> k.conv2dBackwardWeights(
                                        a.apply("x"), a.apply("gradOut"), g, a.apply("gradW"), a.apply("gradBias")),
                                "gradW",
                                "gradBias");
            }
        }
    }

    private void products() {
        for (int[] s : new int[][] {{5, 7, 3}, {1, 1, 1}, {61, 32, 47}, {1, 37, 13}, {29, 1, 5}, {2500, 5, 3}}) {
            int m = s[0];
            int k = s[1];
            int n = s[2];
            for (int c = 0; c < (m > 100 ? 4 : 8); c++) {
                boolean ta = (c & 1) != 0;
                boolean tb = (c & 2) != 0;
                boolean batch = (c & 4) != 0;
                float alpha = batch ? 1 : -0.5f;
                start(
                        "matmul " + Arrays.toString(s) + (ta ? " aT" : "") + (tb ? " bT" : "") + (batch ? " x3" : ""),
                        true);
                given("a", batched(batch, ta ? k : m, ta ? m : k)).given("b", batched(batch, tb ? n : k, tb ? k : n));
                written("out", batched(batch, m, n));
                run("matmul", (ks, a) -> ks.matmul(a.apply("a"), ta, a.apply("b"), tb, alpha, a.apply("out")), "out");
            }
            for (boolean bias : new boolean[] {true, false}) {
                start("linear " + Arrays.toString(s) + (bias ? "" : " without bias"), true);
                given("x", m, k).given("w", n, k);
                if (bias) {
                    given("bias", n);
                }
                gradients(m, n)
                        .run(
                                "linear",
                                (ks, a) -> ks.linear(a.apply("x"), a.apply("w"), a.apply("bias"), a.apply("out")),
                                "out")
                        .run(
                                "matmul",
                                (ks, a) ->
                                        ks.matmul(a.apply("gradOut"), false, a.apply("w"), false, 1, a.apply("gradX")),
                                "gradX")
                        .run(
                                "linearBackwardWeights",
                                (ks, a) -> ks.linearBackwardWeights(
                                        a.apply("x"), a.apply("gradOut"), a.apply("gradW"), a.apply("gradBias")),
                                "gradW",
                                "gradBias");
            }
        }
    }

    private static long[] batched(boolean batch, long rows, long columns) {
        return batch ? new long[] {3, rows, columns} : new long[] {rows, columns};
    }

    private void attentions() {
        int[][] sizes = {
            {2, 5, 7, 3, 2, 5},
            {1, 1, 1, 1, 1, 3},
            {3, 16, 16, 0, 4, 8},
            {2, 17, 13, 11, 3, 7},
            {1, 36, 36, 36, 2, 32},
            {2, 7, 5, 0, 1, 1},
            {1, 1, 5, 3, 2, 1}
        };
        for (int[] s : sizes) {
            int c = s[4] * s[5];
            start("attention " + Arrays.toString(s), true);
            given("q", s[0], s[1], c).given("k", s[0], s[2], c).given("v", s[0], s[2], c);
            if (s[3] > 0) {
                given("kRef", s[0], s[3], c).given("vRef", s[0], s[3], c);
            }
            gradients(s[0], s[1], c)
                    .run(
                            "attention",
                            (k, a) -> k.attention(
                                    a.apply("q"),
                                    a.apply("k"),
                                    a.apply("v"),
                                    a.apply("kRef"),
                                    a.apply("vRef"),
                                    s[4],
                                    0.7f,
                                    a.apply("out")),
                            "out")
                    .run(
                            "attentionBackward",
                            (k, a) -> k.attentionBackward(
                                    a.apply("q"),
                                    a.apply("k"),
                                    a.apply("v"),
                                    a.apply("kRef"),
                                    a.apply("vRef"),
                                    s[4],
                                    0.7f,
                                    a.apply("gradOut"),
                                    a.apply("gradQ"),
                                    a.apply("gradK"),
                                    a.apply("gradV"),
                                    a.apply("gradKRef"),
                                    a.apply("gradVRef")),
                            "gradQ",
                            "gradK",
                            "gradV",
                            "gradKRef",
                            "gradVRef");
        }
    }

    private void normalisations() {
        int[][] sizes = {{2, 5, 6, 3}, {1, 1, 4, 2}, {3, 49, 64, 32}, {2, 35, 15, 15}, {1, 64, 32, 1}, {2, 7, 13, 1}};
        for (int[] s : sizes) {
            for (Activation activation : List.of(Activation.NONE, Activation.SILU)) {
                double mean = activation == Activation.NONE ? 0 : 3;
                boolean map = s[1] % 7 == 0;
                int groups = s[3];
                start("groupNorm " + Arrays.toString(s) + " " + activation + " around " + mean, false);
                long[] shape = map ? new long[] {s[0], s[1] / 7, 7, s[2]} : new long[] {s[0], s[1], s[2]};
                given("x", shape).given("gamma", s[2]).given("beta", s[2]);
                draft.given.get("x").addi(mean);
                gradients(shape);
                written("mean", s[0], groups).written("rstd", s[0], groups);
                run(
                                "groupNorm",
                                (k, a) -> k.groupNorm(
                                        a.apply("x"),
                                        a.apply("gamma"),
                                        a.apply("beta"),
                                        groups,
                                        1e-2f,
                                        activation,
                                        a.apply("out"),
                                        a.apply("mean"),
                                        a.apply("rstd")),
                                "out",
                                "mean",
                                "rstd")
                        .run(
                                "groupNormBackward",
                                (k, a) -> k.groupNormBackward(
                                        a.apply("x"),
                                        a.apply("gamma"),
                                        a.apply("beta"),
                                        groups,
                                        activation,
                                        a.apply("mean"),
                                        a.apply("rstd"),
                                        a.apply("gradOut"),
                                        a.apply("gradX"),
                                        a.apply("gradGamma"),
                                        a.apply("gradBeta")),
                                "gradX",
                                "gradGamma",
                                "gradBeta");
            }
        }
        for (int[] s : new int[][] {{5, 7}, {1, 2}, {33, 64}, {13, 1}, {1, 11}}) {
            start("layerNorm " + Arrays.toString(s), false);
            given("x", s[0], s[1]).given("gamma", s[1]).given("beta", s[1]).gradients(s[0], s[1]);
            written("mean", s[0]).written("rstd", s[0]);
            run(
                            "layerNorm",
                            (k, a) -> k.layerNorm(
                                    a.apply("x"),
                                    a.apply("gamma"),
                                    a.apply("beta"),
                                    1e-2f,
                                    a.apply("out"),
                                    a.apply("mean"),
                                    a.apply("rstd")),
                            "out",
                            "mean",
                            "rstd")
                    .run(
                            "layerNormBackward",
                            (k, a) -> k.layerNormBackward(
                                    a.apply("x"),
                                    a.apply("gamma"),
                                    a.apply("mean"),
                                    a.apply("rstd"),
                                    a.apply("gradOut"),
                                    a.apply("gradX"),
                                    a.apply("gradGamma"),
                                    a.apply("gradBeta")),
                            "gradX",
                            "gradGamma",
                            "gradBeta");
            start("softmax " + Arrays.toString(s), false);
            given("x", s[0], s[1])
                    .gradients(s[0], s[1])
                    .run("softmax", (k, a) -> k.softmax(a.apply("x"), a.apply("out")), "out")
                    .run(
                            "softmaxBackward",
                            (k, a) -> k.softmaxBackward(a.apply("out"), a.apply("gradOut"), a.apply("gradX")),
                            "gradX");
        }
    }

    private void activations() {
        for (int[] s : new int[][] {{7, 11}, {1, 1}, {3, 101}}) {
            for (Activation activation : Activation.values()) {
                start("activate " + activation + " " + Arrays.toString(s), false);
                given("x", s[0], s[1]).gradients(s[0], s[1]);
                // Away from the kink of RELU, where no difference quotient is the derivative.
                float[] x = HostArrays.read(draft.given.get("x").muli(4));
                for (int i = 0; i < x.length; i++) {
                    x[i] += Math.signum(x[i]) * 0.2f;
                }
                HostArrays.write(draft.given.get("x"), x);
                run("activate", (k, a) -> k.activate(activation, a.apply("x"), a.apply("out")), "out")
                        .run(
                                "activateBackward",
                                (k, a) -> k.activateBackward(
                                        activation, a.apply("x"), a.apply("gradOut"), a.apply("gradX")),
                                "gradX");
            }
            start("geglu " + Arrays.toString(s), false);
            given("x", s[0], 2 * s[1])
                    .gradients(s[0], s[1])
                    .run("geglu", (k, a) -> k.geglu(a.apply("x"), a.apply("out")), "out")
                    .run(
                            "gegluBackward",
                            (k, a) -> k.gegluBackward(a.apply("x"), a.apply("gradOut"), a.apply("gradX")),
                            "gradX");
        }
    }

    private void pointwise() {
        for (int[] s : new int[][] {{3, 5, 7}, {1, 1, 1}, {2, 1, 13}, {1, 31, 1}}) {
            for (float[] f : new float[][] {{0.3f, -2}, {1, 0}, {-3, 0}, {1, 1}, {1, -1}}) {
                start("axpby " + Arrays.toString(f) + " " + Arrays.toString(s), false);
                given("a", s[0], s[1], s[2]).given("b", s[0], s[1], s[2]).written("out", s[0], s[1], s[2]);
                run("axpby", (k, a) -> k.axpby(f[0], a.apply("a"), f[1], a.apply("b"), a.apply("out")), "out");
            }
            start("multiply " + Arrays.toString(s), false);
            given("a", s[0], s[1], s[2]).given("b", s[0], s[1], s[2]).written("out", s[0], s[1], s[2]);
            run("multiply", (k, a) -> k.multiply(a.apply("a"), a.apply("b"), a.apply("out")), "out");
            start("addRow " + Arrays.toString(s), false);
            given("x", s[0], s[1], s[2]).given("row", s[0], s[2]).written("out", s[0], s[1], s[2]);
            run("addRow", (k, a) -> k.addRow(a.apply("x"), a.apply("row"), a.apply("out")), "out");
            start("sumTokens " + Arrays.toString(s), false);
            given("x", s[0], s[1], s[2]).written("out", s[0], s[2]);
            run("sumTokens", (k, a) -> k.sumTokens(a.apply("x"), a.apply("out")), "out");
        }
        for (int[] s :
                new int[][] {{13, 11, 3, 9, 2, 5}, {13, 11, 0, 11, 0, 11}, {13, 11, 10, 1, 0, 1}, {1, 3, 1, 5, 4, 1}}) {
            start("copyChannels " + Arrays.toString(s), false);
            given("source", s[0], s[1]).given("target", s[0], s[3]);
            run(
                    "copyChannels",
                    (k, a) -> k.copyChannels(a.apply("source"), s[2], a.apply("target"), s[4], s[5]),
                    "target");
        }
    }

    private void resizing() {
        for (int[] s : new int[][] {{2, 3, 5, 7}, {1, 1, 1, 1}, {3, 1, 4, 2}, {17, 5, 2, 6}}) {
            start("swapMiddle " + Arrays.toString(s), false);
            given("x", s[0], s[1], s[2], s[3]).written("out", s[0], s[2], s[1], s[3]);
            run("swapMiddle", (k, a) -> k.swapMiddle(a.apply("x"), a.apply("out")), "out");
        }
        for (int[] s : new int[][] {{2, 3, 5, 7}, {1, 1, 1, 1}, {3, 7, 1, 2}}) {
            long[] small = {s[0], s[1], s[2], s[3]};
            long[] large = {s[0], 2 * s[1], 2 * s[2], s[3]};
            start("upsample2x " + Arrays.toString(s), false);
            given("x", small)
                    .gradients(large)
                    .run("upsample2x", (k, a) -> k.upsample2x(a.apply("x"), a.apply("out")), "out")
                    .run(
                            "upsample2xBackward",
                            (k, a) -> k.upsample2xBackward(a.apply("gradOut"), a.apply("gradX")),
                            "gradX");
            start("averagePool2x " + Arrays.toString(s), false);
            given("x", large)
                    .gradients(small)
                    .run("averagePool2x", (k, a) -> k.averagePool2x(a.apply("x"), a.apply("out")), "out")
                    .run(
                            "averagePool2xBackward",
                            (k, a) -> k.averagePool2xBackward(a.apply("gradOut"), a.apply("gradX")),
                            "gradX");
        }
    }

    private void updates() {
        for (int n : new int[] {1, 7, 100_003}) {
            for (AdamWStep step : List.of(
                    new AdamWStep(1e-2f, 0.9f, 0.999f, 1e-8f, 0.1f, 3), new AdamWStep(0.1f, 0, 0.5f, 1e-3f, 0, 1))) {
                start("adamW " + n + " " + step, false);
                given("parameter", n).given("gradient", n).given("m", n).given("v", n);
                draft.given.get("v").muli(0.5).addi(0.5);
                run(
                        "adamW",
                        (k, a) -> k.adamW(
                                a.apply("parameter"), a.apply("gradient"), a.apply("m"), a.apply("v"), step, 0.7f),
                        "parameter",
                        "m",
                        "v");
                start("adamWAll " + n + " " + step, false);
                given("parameter", n)
                        .given("gradient", n)
                        .given("m", n)
                        .given("v", n)
                        .given("average", n);
                draft.given.get("v").muli(0.5).addi(0.5);
                run(
                        "adamWAll",
                        (k, a) -> k.adamWAll(
                                List.of(new Kernels.AdamWState(
                                        a.apply("parameter"),
                                        a.apply("gradient"),
                                        a.apply("m"),
                                        a.apply("v"),
                                        a.apply("average"))),
                                step,
                                0.7f,
                                0.75f),
                        "parameter",
                        "gradient",
                        "m",
                        "v",
                        "average");
            }
        }
    }

    // ---- making one ----------------------------------------------------------------------------------

    private static final class Draft {
        final Map<String, INDArray> given = new LinkedHashMap<>();
        final Map<String, long[]> written = new LinkedHashMap<>();
        final List<KernelCase.Operation> operations = new ArrayList<>();
    }

    private void start(String name, boolean products) {
        draft = new Draft();
        all.add(new KernelCase(name, draft.given, draft.written, draft.operations, products));
    }

    private KernelCases given(String name, long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        float[] values = new float[(int) a.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() * 2 - 1);
        }
        HostArrays.write(a, values);
        draft.given.put(name, a);
        return this;
    }

    private KernelCases written(String name, long... shape) {
        draft.written.put(name, shape);
        return this;
    }

    /** An output of this shape, its gradient, and gradients to be written of all that is given so far. */
    private KernelCases gradients(long... outShape) {
        draft.given.forEach((name, a) -> written(gradient(name), a.shape()));
        return written("out", outShape).given("gradOut", outShape);
    }

    static String gradient(String name) {
        return "grad" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private KernelCases run(String method, KernelCase.Body body, String... writes) {
        draft.operations.add(new KernelCase.Operation(method, body, Set.of(writes)));
        return this;
    }
}
