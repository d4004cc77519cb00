package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;

/** Runs networks on the golden fixtures of PyTorch, NCHW there and NHWC here. */
public final class Goldens {
    private Goldens() {}

    /** The named cases of a family; skips the test if the fixtures are not there. */
    public static List<JsonNode> cases(String family) {
        try {
            List<JsonNode> out = new ArrayList<>();
            JsonNode all = new ObjectMapper()
                    .readTree(folder(family).resolve("cases.json").toFile());
            all.get("cases").forEach(out::add);
            assertThat(out).isNotEmpty();
            return out;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public static Path folder(String family) {
        return SharedFiles.require("fixtures/" + family);
    }

    public static FixtureTensors tensors(String family, JsonNode aCase) {
        return FixtureTensors.file(folder(family).resolve(aCase.get("file").asText()));
    }

    /** Runs a forward in float32 inference and copies what it returns. */
    public static float[] run(Function<Tape, Var> forward) {
        try (Kernels kernels = KernelProviders.defaultKernels();
                TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(kernels, pool)) {
            return HostArrays.read(forward.apply(tape).value());
        }
    }

    /** A fixture's tensor, maps [N, C, H, W] turned to [N, H, W, C]. */
    public static Var input(Tape t, FixtureTensors f, String name) {
        int[] s = f.shape(name);
        double[] v = f.values(name);
        if (s.length == 4) {
            return array(t, channelsLast(v, s), s[0], s[2], s[3], s[1]);
        }
        return array(t, v, Arrays.stream(s).asLongStream().toArray());
    }

    public static Var array(Tape t, double[] values, long... shape) {
        float[] f = new float[values.length];
        for (int i = 0; i < f.length; i++) {
            f[i] = (float) values[i];
        }
        return array(t, f, shape);
    }

    public static Var array(Tape t, float[] values, long... shape) {
        INDArray a = t.allocate(shape);
        HostArrays.write(a, values);
        return t.constant(a);
    }

    public static double[] channelsLast(double[] v, int[] s) {
        int cells = s[2] * s[3];
        double[] out = new double[v.length];
        for (int n = 0; n < s[0]; n++) {
            for (int c = 0; c < s[1]; c++) {
                for (int i = 0; i < cells; i++) {
                    out[(n * cells + i) * s[1] + c] = v[(n * s[1] + c) * cells + i];
                }
            }
        }
        return out;
    }

    /** Timesteps of a fixture, one for each sample. */
    public static double[] timesteps(FixtureTensors f) {
        double[] t = f.values("in.timesteps");
        int n = f.shape("in.sample")[0];
        if (t.length == n) {
            return t;
        }
        double[] all = new double[n];
        Arrays.fill(all, t[0]);
        return all;
    }

    /** Largest error over the largest expected magnitude; {@code name} is a map or a plain array. */
    public static double relativeError(FixtureTensors f, String name, float[] got) {
        double[] expected = f.shape(name).length == 4 ? channelsLast(f.values(name), f.shape(name)) : f.values(name);
        assertThat(got).hasSameSizeAs(expected);
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).isFinite();
            worst = Math.max(worst, Math.abs(got[i] - expected[i]));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        return worst / largest;
    }
}
