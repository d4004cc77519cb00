package org.ragdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.tensor.Gradient;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Networks;

class ReferenceAttentionTest {
    private static final String ROOT = "/fixtures/reference-attention/";

    @Test
    void equalsTorch() {
        for (JsonNode c : FixtureTensors.json(getClass(), ROOT + "cases.json").get("cases")) {
            if (c.get("bias").asBoolean()) {
                continue; // projections with bias: not this layer
            }
            FixtureTensors f =
                    FixtureTensors.resource(getClass(), ROOT + c.get("file").asText());
            int channels = c.get("channels").asInt();
            try (ReferenceAttention attention = new ReferenceAttention(
                            new SplittableRandom(1), channels, c.get("heads").asInt(), true);
                    TensorPool pool = new TensorPool();
                    Tape tape = Tape.inference(Networks.KERNELS, pool)) {
                Map<String, INDArray> state = new LinkedHashMap<>();
                for (String p : new String[] {"to_q", "to_k", "to_v"}) {
                    state.put(p + ".weight", array(f, "weight." + p));
                }
                state.put("to_out.0.weight", array(f, "weight.to_out"));
                state.put("to_out.0.bias", array(f, "bias.to_out"));
                attention.load(state);
                Var x = tape.constant(tokens(f, "in.hidden"));
                KeyValue reference = attention.project(tape, tape.constant(tokens(f, "in.reference.0")));
                int batch = c.get("batch").asInt();
                Var with = attention.apply(tape, x, reference, ReferenceRows.leading(batch, batch));
                assertClose(with, f.values("out.tokens_f64"));
                Var without = attention.apply(tape, x, reference, ReferenceRows.leading(batch, 0));
                assertClose(without, f.values("out.self_only_f64"));
            }
        }
    }

    /** Rows that share or lack references equal the same rows computed alone. */
    @Test
    void rowsAreIndependent() {
        try (ReferenceAttention attention = new ReferenceAttention(new SplittableRandom(1), 8, 2, false);
                TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(Networks.KERNELS, pool)) {
            Var x = tape.constant(Networks.normal(1, 5, 6, 8));
            KeyValue reference = attention.project(tape, tape.constant(Networks.normal(2, 2, 4, 8)));
            int[] rows = {1, -1, 0, 1, -1};
            float[] all = HostArrays.read(
                    attention.apply(tape, x, reference, ReferenceRows.of(rows)).value());
            for (int i = 0; i < rows.length; i++) {
                KeyValue own = rows[i] < 0
                        ? null
                        : new KeyValue(
                                tape.constant(Rows.view(reference.key().value(), rows[i], 1)),
                                tape.constant(Rows.view(reference.value().value(), rows[i], 1)));
                Var alone = attention.apply(
                        tape,
                        tape.constant(Rows.view(x.value(), i, 1)),
                        own,
                        ReferenceRows.leading(1, own == null ? 0 : 1));
                float[] expected = HostArrays.read(alone.value());
                for (int j = 0; j < expected.length; j++) {
                    assertThat(all[i * expected.length + j]).isCloseTo(expected[j], within(1e-6f));
                }
            }
        }
    }

    /** Gradients of queries and of reference keys and values for a fixed gradient of the result. */
    private static List<float[]> gradients(INDArray x, INDArray reference, INDArray gradOut, ReferenceRows rows) {
        try (Gradient ofQuery = new Gradient(x.shape());
                Gradient ofKey = new Gradient(reference.shape());
                Gradient ofValue = new Gradient(reference.shape());
                TensorPool pool = new TensorPool()) {
            try (Tape t = Tape.training(Networks.KERNELS, pool)) {
                Var own = t.constant(x);
                Var y = SegmentedAttention.apply(
                        t, t.leaf(x, ofQuery), own, own, t.leaf(reference, ofKey), t.leaf(reference, ofValue), rows, 2);
                t.backward(y, gradOut);
            }
            return List.of(
                    HostArrays.read(ofQuery.array()), HostArrays.read(ofKey.array()), HostArrays.read(ofValue.array()));
        }
    }

    /** Whether references are read once, shared or not at all, their gradients are sums over the rows computed alone. */
    @Test
    void gradientsAreSumsOverRows() {
        INDArray x = Networks.normal(1, 3, 6, 8);
        INDArray reference = Networks.normal(2, 2, 4, 8);
        INDArray gradOut = Networks.normal(3, 3, 6, 8);
        for (int[] rows : new int[][] {{1, 0, -1}, {0, 1, -1}, {0, 0, 1}, {1, -1, 1}}) {
            List<float[]> all = gradients(x, reference, gradOut, ReferenceRows.of(rows));
            List<float[]> sums = List.of(new float[3 * 48], new float[2 * 32], new float[2 * 32]);
            for (int i = 0; i < rows.length; i++) {
                // A row without a reference is beside one that nothing reads.
                List<float[]> alone = gradients(
                        Rows.view(x, i, 1),
                        Rows.view(reference, Math.max(0, rows[i]), 1),
                        Rows.view(gradOut, i, 1),
                        ReferenceRows.leading(1, rows[i] < 0 ? 0 : 1));
                for (int a = 0; a < alone.size(); a++) {
                    int from = a == 0 ? i * 48 : Math.max(0, rows[i]) * 32;
                    for (int j = 0; j < alone.get(a).length; j++) {
                        sums.get(a)[from + j] += alone.get(a)[j];
                    }
                }
            }
            for (int a = 0; a < sums.size(); a++) {
                assertThat(all.get(a))
                        .as("array %d of rows %s", a, java.util.Arrays.toString(rows))
                        .containsExactly(sums.get(a), Offset.offset(1e-5f));
            }
        }
    }

    @Test
    void runsJoinConsecutiveRows() {
        assertThat(ReferenceRows.of(new int[] {0, 1, 2, -1, -1, 1, 1}).runs())
                .containsExactly(
                        new ReferenceRows.Run(0, 3, 0),
                        new ReferenceRows.Run(3, 2, -1),
                        new ReferenceRows.Run(5, 1, 1),
                        new ReferenceRows.Run(6, 1, 1));
    }

    private static void assertClose(Var x, double[] expected) {
        float[] actual = HostArrays.read(x.value());
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5 + 1e-5 * Math.abs(expected[i])));
        }
    }

    private static INDArray array(FixtureTensors f, String name) {
        int[] shape = f.shape(name);
        long[] s = java.util.Arrays.stream(shape).asLongStream().toArray();
        return Networks.array(floats(f.values(name)), s);
    }

    /** A map [B, C, H, W] as tokens [B, H·W, C]. */
    private static INDArray tokens(FixtureTensors f, String name) {
        int[] s = f.shape(name);
        int t = s[2] * s[3];
        double[] v = f.values(name);
        float[] out = new float[v.length];
        for (int i = 0; i < v.length; i++) {
            int n = i / (s[1] * t);
            out[(n * t + i % t) * s[1] + i / t % s[1]] = (float) v[i];
        }
        return Networks.array(out, s[0], t, s[1]);
    }

    private static float[] floats(double[] a) {
        float[] out = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = (float) a[i];
        }
        return out;
    }
}
