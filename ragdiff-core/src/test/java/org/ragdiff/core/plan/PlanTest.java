package org.ragdiff.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.FeedForward;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;

/** Plans of every provider against the operations one by one on the portable provider. */
class PlanTest {
    private static final Kernels REFERENCE =
            KernelProviders.create(KernelProviders.Options.defaults().withProvider("nd4j"));
    private static final Map<String, Kernels> PROVIDERS = new LinkedHashMap<>();

    static {
        KernelProviders.installed().stream()
                .filter(p -> p.unavailableReason().isEmpty())
                .forEach(p -> PROVIDERS.put(
                        p.name(),
                        KernelProviders.create(
                                KernelProviders.Options.defaults().withProvider(p.name()))));
    }

    @AfterAll
    static void close() {
        PROVIDERS.values().forEach(Kernels::close);
        REFERENCE.close();
    }

    /** A network of inputs "x", "time" and "context"; the last is a condition. */
    private record Case(
            String name, long[] x, long[] time, long[] context, Function<Tape, Function<Var[], Var>> network) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Object[]> cases() {
        SplittableRandom r = new SplittableRandom(7);
        List<Case> cases = new ArrayList<>();
        long[] time = {2, 24};
        long[] context = {2, 5, 12};
        for (int channels : new int[] {16, 24}) {
            long[] map = {2, 6, 10, channels};
            ResnetBlock same = new ResnetBlock(r, channels, channels, 24, 8, 1e-5);
            ResnetBlock wider = new ResnetBlock(r, channels, 40, 24, 8, 1e-5);
            ResnetBlock joined = new ResnetBlock(r, 2 * channels, channels, 24, 8, 1e-5);
            Conv2d conv = new Conv2d(r, channels, 20, 3);
            Attention self = new Attention(r, channels, channels, 2);
            Attention cross = new Attention(r, channels, 12, 2);
            LayerNorm norm = new LayerNorm(channels, 1e-5);
            FeedForward ff = new FeedForward(r, channels, 4);
            cases.add(new Case("resnet " + channels, map, time, context, t -> v -> same.apply(t, v[0], v[1])));
            cases.add(new Case("resnet wider " + channels, map, time, context, t -> v -> wider.apply(t, v[0], v[1])));
            cases.add(new Case("resnet joined " + channels, map, time, context, t -> v -> {
                Var h = same.apply(t, v[0], v[1]);
                return joined.apply(t, Shapes.concatChannels(t, h, v[0]), v[1]);
            }));
            cases.add(new Case(
                    "upsampled conv " + channels,
                    map,
                    time,
                    context,
                    t -> v -> conv.apply(t, Shapes.upsample2x(t, v[0]))));
            cases.add(new Case(
                    "pooled conv, activated " + channels,
                    map,
                    time,
                    context,
                    t -> v -> Elementwise.activate(t, Activation.SILU, conv.apply(t, Shapes.averagePool2x(t, v[0])))));
            cases.add(new Case("attention by samples " + channels, map, time, context, t -> v -> {
                Var x = norm.apply(t, Shapes.tokens(t, v[0]));
                Attention.KeyValue kv = self.project(t, x);
                Var q = self.query(t, x);
                INDArray out = t.allocate(q.shape());
                for (int i = 0; i < 2; i++) {
                    INDArrayIndex[] row = {NDArrayIndex.interval(i, i + 1), NDArrayIndex.all(), NDArrayIndex.all()};
                    t.kernels()
                            .attention(
                                    q.value().get(row),
                                    kv.key().value().get(row),
                                    kv.value().value().get(row),
                                    null,
                                    null,
                                    2,
                                    0.3f,
                                    out.get(row));
                }
                return self.output(t, t.constant(out));
            }));
            cases.add(new Case("transformer " + channels, map, time, context, t -> v -> {
                Var x = Shapes.tokens(t, v[0]);
                Var n = norm.apply(t, x);
                Var h = Elementwise.add(t, x, self.apply(t, n, self.project(t, n), null));
                Attention.KeyValue kv = cross.project(t, v[2]);
                h = Elementwise.add(t, h, cross.apply(t, norm.apply(t, h), kv, null));
                h = Elementwise.add(t, h, ff.apply(t, norm.apply(t, h)));
                return Elementwise.add(t, h, self.apply(t, h, self.project(t, h), self.project(t, n)));
            }));
        }
        List<Object[]> all = new ArrayList<>();
        PROVIDERS.forEach((name, k) -> cases.forEach(c -> all.add(new Object[] {name, c})));
        return all;
    }

    private static float[] values(long seed, long[] shape) {
        SplittableRandom r = new SplittableRandom(seed);
        float[] v = new float[(int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) r.nextGaussian();
        }
        return v;
    }

    private static Var constant(Tape t, long seed, long[] shape) {
        INDArray a = t.allocate(shape);
        HostArrays.write(a, values(seed, shape));
        return t.constant(a);
    }

    private static float[] byTape(Case c, long seed) {
        try (TensorPool pool = new TensorPool();
                Tape t = Tape.inference(REFERENCE, pool)) {
            Var[] in = {constant(t, seed, c.x), constant(t, seed + 1, c.time), constant(t, 3, c.context)};
            return HostArrays.read(c.network.apply(t).apply(in).value());
        }
    }

    private static Graph record(Case c) {
        try (GraphBuilder b = new GraphBuilder()) {
            Var[] in = {b.input("x", c.x), b.input("time", c.time), b.condition("context", c.context)};
            b.output("y", c.network.apply(b.tape()).apply(in));
            return b.build();
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void equalsTheOperationsOneByOne(String provider, Case c) {
        try (Plan plan = PROVIDERS.get(provider).compile(record(c))) {
            plan.set("context", values(3, c.context));
            for (long seed : new long[] {10, 20, 10}) {
                plan.set("x", values(seed, c.x));
                plan.set("time", values(seed + 1, c.time));
                plan.run();
                float[] expected = byTape(c, seed);
                float[] got = HostArrays.read(plan.output("y"));
                assertThat(got).hasSameSizeAs(expected);
                float largest = 0;
                for (float e : expected) {
                    largest = Math.max(largest, Math.abs(e));
                }
                for (int i = 0; i < got.length; i++) {
                    assertThat(got[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(2e-5f * largest));
                }
            }
            assertThat(plan.memory().arena()).isLessThanOrEqualTo(plan.memory().sum());
        }
    }

    /** Products of bfloat16 factors have relative errors of 2⁻⁸ each, sums of them smaller ones. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void bfloat16StaysNear(String provider, Case c) {
        boolean supported = KernelProviders.installed().stream()
                .anyMatch(p -> p.name().equals(provider) && p.supports(Kernels.Precision.BF16));
        assumeTrue(supported, provider + " has no bfloat16 here");
        try (Kernels low = KernelProviders.create(KernelProviders.Options.defaults()
                        .withProvider(provider)
                        .withPrecision(Kernels.Precision.BF16));
                Plan plan = low.compile(record(c))) {
            plan.set("context", values(3, c.context));
            plan.set("x", values(10, c.x));
            plan.set("time", values(11, c.time));
            plan.run();
            float[] expected = byTape(c, 10);
            float[] got = HostArrays.read(plan.output("y"));
            double error = 0;
            double size = 0;
            for (int i = 0; i < got.length; i++) {
                error += Math.pow(got[i] - expected[i], 2);
                size += Math.pow(expected[i], 2);
            }
            assertThat(Math.sqrt(error / size)).isBetween(1e-5, 1e-2);
        }
    }

    @Test
    void conditionsAreComputedOnceAndAgainWhenTheyChange() {
        Attention cross = new Attention(new SplittableRandom(1), 16, 12, 2);
        for (Kernels k : PROVIDERS.values()) {
            try (GraphBuilder b = new GraphBuilder()) {
                Var x = b.input("x", 1, 7, 16);
                Var context = b.condition("context", 1, 5, 12);
                b.output("y", cross.apply(b.tape(), x, cross.project(b.tape(), context), null));
                Graph graph = b.build();
                assertThat(Schedule.of(graph).prologue()).hasSize(2);
                try (Plan plan = k.compile(graph)) {
                    plan.set("x", values(1, new long[] {7, 16}));
                    plan.set("context", values(2, new long[] {5, 12}));
                    plan.run();
                    float[] first = HostArrays.read(plan.output("y"));
                    plan.run();
                    assertThat(HostArrays.read(plan.output("y"))).containsExactly(first);
                    plan.set("context", values(3, new long[] {5, 12}));
                    plan.run();
                    assertThat(HostArrays.read(plan.output("y"))).isNotEqualTo(first);
                    plan.set("context", values(2, new long[] {5, 12}));
                    plan.run();
                    assertThat(HostArrays.read(plan.output("y"))).containsExactly(first);
                }
            }
        }
    }

    @Test
    void fusesWhatFollowsProducts() {
        SplittableRandom r = new SplittableRandom(1);
        ResnetBlock block = new ResnetBlock(r, 16, 32, 24, 8, 1e-5);
        FeedForward ff = new FeedForward(r, 32, 4);
        Conv2d conv = new Conv2d(r, 32, 8, 3);
        try (GraphBuilder b = new GraphBuilder()) {
            Tape t = b.tape();
            Var h = block.apply(t, b.input("x", 2, 4, 4, 16), b.input("time", 2, 24));
            h = Shapes.reshape(t, ff.apply(t, Shapes.tokens(t, h)), 2, 4, 4, 32);
            b.output("y", conv.apply(t, Shapes.upsample2x(t, h)));
            List<String> names = Fusions.apply(b.build()).nodes().stream()
                    .map(n -> n.op().getClass().getSimpleName()
                            + (n.in(Slot.OTHER) != null ? "+" : "")
                            + (n.in(Slot.ROW) != null ? "row" : ""))
                    .toList();
            assertThat(names)
                    .containsExactly(
                            "GroupNorm",
                            "Conv2d",
                            "Linear",
                            "GroupNormrow",
                            "Conv2d",
                            "Conv2d+",
                            "Linear",
                            "Linear",
                            "Conv2d");
        }
    }

    @Test
    void weightsCanBeReleasedAndFurtherPlansStillCompiled() {
        for (Kernels k : PROVIDERS.values()) {
            FeedForward ff = new FeedForward(new SplittableRandom(1), 16, 4);
            Conv2d conv = new Conv2d(new SplittableRandom(2), 16, 8, 3);
            List<Graph> graphs = new ArrayList<>();
            List<Plan> plans = new ArrayList<>();
            for (int side : new int[] {4, 6, 20}) {
                try (GraphBuilder b = new GraphBuilder()) {
                    Tape t = b.tape();
                    Var h = Shapes.reshape(t, ff.apply(t, b.input("x", 1, side * side, 16)), 1, side, side, 16);
                    b.output(
                            "y",
                            Elementwise.add(
                                    t, conv.apply(t, Shapes.upsample2x(t, h)), conv.apply(t, Shapes.upsample2x(t, h))));
                    graphs.add(b.build());
                }
            }
            List<float[]> kept = new ArrayList<>();
            for (Graph g : graphs) {
                try (Plan plan = k.compile(g)) {
                    kept.add(result(plan, g));
                }
            }
            for (int i = 0; i < graphs.size(); i++) {
                plans.add(k.compile(graphs.get(i), PlanOptions.defaults().withReleaseWeights(true)));
                assertThat(result(plans.get(i), graphs.get(i))).containsExactly(kept.get(i));
            }
            plans.forEach(Plan::close);
            if (k.name().equals("onednn")) {
                assertThat(ff.parameters().get("net.0.proj.weight").value().wasClosed())
                        .isTrue();
                assertThat(ff.parameters().get("net.0.proj.bias").value().wasClosed())
                        .isFalse();
                assertThatThrownBy(() -> k.compile(graphs.get(0))).hasMessageContaining("released");
            }
        }
    }

    private static float[] result(Plan plan, Graph graph) {
        plan.set("x", values(5, graph.inputs().get("x").shape()));
        plan.run();
        return HostArrays.read(plan.output("y"));
    }

    @Test
    void refusesWhatDoesNotFit() {
        Conv2d conv = new Conv2d(new SplittableRandom(1), 3, 4, 3);
        for (Kernels k : PROVIDERS.values()) {
            try (GraphBuilder b = new GraphBuilder()) {
                assertThatThrownBy(b::build).hasMessageContaining("no output");
                b.output("y", conv.apply(b.tape(), b.input("x", 1, 4, 4, 3)));
                Plan plan = k.compile(b.build());
                assertThatThrownBy(plan::run).hasMessageContaining("[x]");
                assertThatThrownBy(() -> plan.set("z", new float[48])).hasMessageContaining("\"z\"");
                assertThatThrownBy(() -> plan.set("x", new float[47])).hasMessageContaining("48 values");
                assertThatThrownBy(() -> plan.set("x", Nd4j.create(DataType.DOUBLE, 1, 4, 4, 3)))
                        .hasMessageContaining("DOUBLE");
                assertThatThrownBy(() -> plan.set(
                                "x", Nd4j.create(DataType.FLOAT, 1, 3, 4, 4).permute(0, 2, 3, 1)))
                        .hasMessageContaining("contiguous");
                assertThatThrownBy(() -> plan.output("z")).hasMessageContaining("\"z\"");
                plan.close();
                plan.close();
                assertThatThrownBy(plan::run).hasMessageContaining("closed");
            }
        }
    }
}
