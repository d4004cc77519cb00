package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.random.TorchGenerator;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Inputs and weights that an oracle's case describes as draws of one torch generator. */
public final class OracleDraws {
    private final Map<String, float[]> values = new HashMap<>();
    private final Map<String, int[]> shapes = new HashMap<>();
    private final JsonNode constants;

    /** @param seed of the stream, where the rows do not set it themselves */
    public OracleDraws(JsonNode rows, JsonNode constants, long seed) {
        this.constants = constants;
        TorchGenerator g = new TorchGenerator(seed);
        for (JsonNode row : rows) {
            String op = row.get(0).asText();
            if (op.equals("seed")) {
                g = new TorchGenerator(row.get(3).asLong());
                continue;
            }
            int[] shape = StreamSupport.stream(row.get(2).spliterator(), false)
                    .mapToInt(JsonNode::asInt)
                    .toArray();
            values.put(
                    row.get(1).asText(),
                    draw(g, op, shape, row.get(3).asDouble(), row.get(4).asDouble()));
            shapes.put(row.get(1).asText(), shape);
        }
    }

    private static float[] draw(TorchGenerator g, String op, int[] shape, double a, double b) {
        int n = 1;
        for (int s : shape) {
            n *= s;
        }
        float[] v = new float[n];
        if (op.equals("uniform")) {
            for (int i = 0; i < n; i++) {
                v[i] = g.uniform() * (float) (b - a) + (float) a;
            }
            return v;
        }
        assertThat(op).isIn("normal", "randn");
        g.normal(v);
        for (int i = 0; i < n; i++) {
            v[i] = (float) (v[i] * b + a);
        }
        return v;
    }

    public float[] values(String name) {
        assertThat(values).containsKey(name);
        return values.get(name);
    }

    /** An input, maps turned to channels last. */
    public Var input(Tape t, String name) {
        float[] v = values(name);
        int[] s = shapes.get(name);
        double[] d = new double[v.length];
        for (int i = 0; i < d.length; i++) {
            d[i] = v[i];
        }
        if (s.length == 4) {
            return Goldens.array(t, Goldens.channelsLast(d, s), s[0], s[2], s[3], s[1]);
        }
        return Goldens.array(t, d, java.util.Arrays.stream(s).asLongStream().toArray());
    }

    /** Sets every parameter of a module. */
    public <M extends Module> M fill(M module, String prefix) {
        module.parameters().forEach((name, p) -> {
            String full = prefix + name;
            float[] v = values.get(full);
            if (v == null) {
                assertThat(constants.has(full)).as(full).isTrue();
                v = new float[Math.toIntExact(p.length())];
                java.util.Arrays.fill(v, (float) constants.get(full).asDouble());
            }
            HostArrays.write(p.value(), v);
        });
        return module;
    }
}
