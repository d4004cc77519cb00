package org.ragdiff.core.tensor.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.plan.Fusions;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Convolutions;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Winograd's convolution against sums in double precision: blocks, borders, batches, what follows the sum. */
class WinogradStepTest {
    private final SplittableRandom random = new SplittableRandom(5);

    private float[] values(double scale, int n) {
        float[] v = new float[n];
        for (int i = 0; i < n; i++) {
            v[i] = (float) (scale * random.nextGaussian());
        }
        return v;
    }

    private static INDArray array(float[] values, long... shape) {
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
        HostArrays.write(a, values);
        return a;
    }

    private static long winogradBytes(int in, int out) {
        return 16L * in * out * Float.BYTES;
    }

    @ParameterizedTest(name = "{0} images {1}x{2}, {3} to {4} channels, bias {5}, SiLU {6}, sum {7}")
    @CsvSource({
        "1, 32, 32, 256, 256, true, false, false",
        "1, 64, 64, 256, 272, true, false, true",
        "1, 96, 66, 256, 320, false, false, true",
        "4, 32, 32, 264, 300, true, true, true",
        "3, 32, 36, 258, 257, false, true, false",
    })
    void equalsSums(int n, int h, int w, int in, int out, boolean bias, boolean silu, boolean sum) {
        float[] x = values(1, n * h * w * in);
        float[] kernel = values(1 / Math.sqrt(9.0 * in), out * in * 9);
        float[] row = values(1, out);
        float[] other = values(1, n * h * w * out);
        float[] got;
        try (Kernels kernels = new OneDnnKernels(Kernels.Precision.F32);
                GraphBuilder b = new GraphBuilder()) {
            Tape t = b.tape();
            Var y = Convolutions.conv2d(
                    t,
                    b.input("x", n, h, w, in),
                    t.constant(array(kernel, out, in, 3, 3)),
                    bias ? t.constant(array(row, out)) : null,
                    Convolution.same(3));
            y = silu ? Elementwise.activate(t, Activation.SILU, y) : y;
            b.output("y", sum ? Elementwise.add(t, y, b.input("other", n, h, w, out)) : y);
            Graph graph = b.build();
            try (Plan plan = kernels.compile(graph)) {
                assertThat(PackedWeights.bytes(Fusions.apply(graph))).isEqualTo(winogradBytes(in, out));
                // Layouts round odd numbers of channels up.
                assertThat(plan.memory().weights()).isBetween(winogradBytes(in, out), winogradBytes(in, out) * 3 / 2);
                plan.set("x", x);
                if (sum) {
                    plan.set("other", other);
                }
                plan.run();
                got = HostArrays.read(plan.output("y"));
                plan.run();
                assertThat(HostArrays.read(plan.output("y"))).isEqualTo(got);
            }
        }
        for (int at = 0; at < n * h * w; at += at % w < 2 || at % w > w - 4 ? 1 : 7) {
            for (int o = at % 5; o < out; o += 37) {
                double s = (bias ? row[o] : 0) + convolved(x, kernel, at, o, h, w, in);
                double expected = (silu ? s / (1 + Math.exp(-s)) : s) + (sum ? other[at * out + o] : 0);
                assertThat((double) got[at * out + o]).isCloseTo(expected, Offset.offset(2e-5));
            }
        }
    }

    private static double convolved(float[] x, float[] kernel, int at, int o, int h, int w, int in) {
        int image = at / (h * w);
        int y = at / w % h;
        int column = at % w;
        double sum = 0;
        for (int tap = 0; tap < 9; tap++) {
            int row = y + tap / 3 - 1;
            int col = column + tap % 3 - 1;
            if (row < 0 || row >= h || col < 0 || col >= w) {
                continue;
            }
            int from = ((image * h + row) * w + col) * in;
            for (int c = 0; c < in; c++) {
                sum += (double) x[from + c] * kernel[(o * in + c) * 9 + tap];
            }
        }
        return sum;
    }

    @Test
    void constantsBecomeTheSumOfTheKernel() {
        float[] kernel = new float[16];
        float[] planes = new float[16];
        for (int i = 0; i < 9; i++) {
            kernel[i] = i + 1;
        }
        try (INDArray from = array(kernel, 16);
                INDArray to = array(planes, 16)) {
            WinogradWeights.write(RawAddress.of(from), 1, RawAddress.of(to));
            // G·g·Gᵀ of 1 … 9, by hand.
            assertThat(HostArrays.read(to))
                    .containsExactly(1, 3, 1, 3, 6, 11.25f, 3.75f, 9, 2, 3.75f, 1.25f, 3, 7, 12, 4, 9);
        }
    }

    @Test
    void smallMapsAndFewChannelsAreComputedDirectly() {
        for (int[] z : new int[][] {{16, 256}, {32, 250}}) {
            try (Kernels kernels = new OneDnnKernels(Kernels.Precision.F32);
                    GraphBuilder b = new GraphBuilder()) {
                Tape t = b.tape();
                INDArray w = array(values(1, z[1] * z[1] * 9), z[1], z[1], 3, 3);
                Var y = Convolutions.conv2d(
                        t, b.input("x", 1, z[0], z[0], z[1]), t.constant(w), null, Convolution.same(3));
                b.output("y", y);
                try (Plan plan = kernels.compile(b.build())) {
                    assertThat(plan.memory().weights()).isLessThan(winogradBytes(z[1], z[1]));
                }
            }
        }
    }
}
