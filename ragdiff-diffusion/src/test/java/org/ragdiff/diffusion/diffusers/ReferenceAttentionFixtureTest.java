package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Var;

/** Self-attention that reads references, against torch's scaled_dot_product_attention. */
class ReferenceAttentionFixtureTest {
    private static final String FAMILY = "reference-attention";

    @Test
    void attendsAsTorch() {
        for (JsonNode c : Goldens.cases(FAMILY)) {
            FixtureTensors f = Goldens.tensors(FAMILY, c);
            int channels = c.get("channels").asInt();
            int heads = c.get("heads").asInt();
            try (Attention attention = c.get("bias").asBoolean()
                    ? Attention.withBias(null, channels, channels, heads)
                    : new Attention(null, channels, channels, heads)) {
                attention.parameters().forEach((name, p) -> write(f, name, p.value()));
                float[] out = Goldens.run(t -> {
                    Var x = Shapes.tokens(t, Goldens.input(t, f, "in.hidden"));
                    List<Var> references = new ArrayList<>();
                    for (int i = 0; f.has("in.reference." + i); i++) {
                        references.add(Shapes.tokens(t, Goldens.input(t, f, "in.reference." + i)));
                    }
                    Var reference = Shapes.concatTokens(t, references.toArray(new Var[0]));
                    return attention.apply(t, x, attention.project(t, x), attention.project(t, reference));
                });
                assertThat(Goldens.relativeError(f, "out.tokens_f64", out)).isLessThan(1e-5);
                float[] alone = Goldens.run(t -> {
                    Var x = Shapes.tokens(t, Goldens.input(t, f, "in.hidden"));
                    return attention.apply(t, x, attention.project(t, x), null);
                });
                assertThat(Goldens.relativeError(f, "out.self_only_f64", alone)).isLessThan(1e-5);
            }
        }
    }

    /** {@code to_out.0.weight} is {@code weight.to_out} there. */
    private static void write(FixtureTensors f, String name, INDArray to) {
        int dot = name.lastIndexOf('.');
        double[] v =
                f.values(name.substring(dot + 1) + "." + name.substring(0, dot).replace(".0", ""));
        float[] values = new float[v.length];
        for (int i = 0; i < v.length; i++) {
            values[i] = (float) v[i];
        }
        HostArrays.write(to, values);
    }
}
