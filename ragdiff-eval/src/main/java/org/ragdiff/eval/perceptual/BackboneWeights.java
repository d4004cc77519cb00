package org.ragdiff.eval.perceptual;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.random.TorchGenerator;

/**
 * Parameters by name. Immutable.
 *
 * @param values row-major, of the shapes; the arrays are not copied, not to be modified
 */
public record BackboneWeights(Map<String, float[]> values) {
    public BackboneWeights {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        values.forEach((name, v) -> {
            for (int i = 0; i < v.length; i++) {
                if (!Float.isFinite(v[i])) {
                    throw new IllegalArgumentException("weight " + name + " holds " + v[i] + " at element " + i
                            + ": the file is broken, fetch or convert it again");
                }
            }
        });
    }

    /**
     * Weights of no training: normal with variance 2 / fan-in (He et al. 2015), biases zero. Each weight in order of
     * the layers is {@code torch.randn(shape) * (2 / fan_in) ** 0.5} after {@code torch.manual_seed(seed)}.
     */
    public static BackboneWeights random(Backbone backbone, long seed) {
        TorchGenerator generator = new TorchGenerator(seed);
        Map<String, float[]> out = new LinkedHashMap<>();
        backbone.shapes().forEach((name, shape) -> {
            float[] v = new float[length(shape)];
            if (shape.length == 4) {
                generator.normal(v);
                double deviation = Math.sqrt(2.0 / (shape[1] * shape[2] * shape[3]));
                for (int i = 0; i < v.length; i++) {
                    v[i] = (float) (v[i] * deviation);
                }
            }
            out.put(name, v);
        });
        return new BackboneWeights(out);
    }

    /** SHA-256 over names and values, in hex. */
    public String fingerprint() {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(values).forEach((name, v) -> {
            ByteBuffer bytes = ByteBuffer.allocate(v.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(v);
            lines.append(Sha256.of(bytes.array())).append("  ").append(name).append('\n');
        });
        return Sha256.of(lines.toString());
    }

    /** @throws IllegalArgumentException naming what is missing or of another length */
    float[] of(String name, long[] shape) {
        float[] v = values.get(name);
        if (v == null || v.length != length(shape)) {
            throw new IllegalArgumentException("weight " + name + " of shape " + Arrays.toString(shape) + " is "
                    + (v == null ? "missing" : "of " + v.length + " elements"));
        }
        return v;
    }

    static int length(long[] shape) {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }
}
