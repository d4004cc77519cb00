package org.ragdiff.core.tensor.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.tensor.ScalarKernels;

/** The compiled forward kernels against plain loops: tilings, number formats, the added row, allocation. */
class CompiledForwardTest {
    private final Kernels loops = new ScalarKernels();
    private final SplittableRandom random = new SplittableRandom(3);
    private final List<BytePointer> memory = new ArrayList<>();
    private final List<PrimitiveCache.Compiled> compiled = new ArrayList<>();
    private ExecutionState state;

    @BeforeEach
    void open() {
        CpuEngine.get();
        CpuEngine.setThreadsOfCaller(CpuEngine.threads());
        state = new ExecutionState(Precision.F32);
    }

    @AfterEach
    void close() {
        compiled.forEach(PrimitiveCache.Compiled::close);
        memory.forEach(BytePointer::close);
        state.close();
    }

    private INDArray array(double mean, long... shape) {
        INDArray a = empty(shape);
        float[] values = new float[(int) a.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + random.nextDouble(-1, 1));
        }
        HostArrays.write(a, values);
        return a;
    }

    private static INDArray empty(long... shape) {
        return Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
    }

    private static long at(INDArray a) {
        return a == null ? 0 : RawAddress.of(a);
    }

    private long bytes(long count) {
        BytePointer p = new BytePointer(count + 64);
        memory.add(p);
        return (p.address() + 63) / 64 * 64;
    }

    private <T extends PrimitiveCache.Compiled> T keep(T kernel) {
        compiled.add(kernel);
        return kernel;
    }

    /** A copy as bfloat16, or the array's own address. */
    private long as(boolean low, INDArray a) {
        if (!low || a == null) {
            return at(a);
        }
        long to = bytes(2 * a.length());
        convert(true, at(a), a.length(), to);
        return to;
    }

    private void convert(boolean toLow, long from, long count, long to) {
        var high = Layouts.dense(Layouts.F32, count);
        var low = Layouts.dense(Layouts.BF16, count);
        keep(Reorders.compile(toLow ? high : low, toLow ? low : high)).run(state, from, to);
    }

    private static double distance(INDArray a, INDArray b) {
        float[] x = HostArrays.read(a);
        float[] y = HostArrays.read(b);
        double worst = 0;
        for (int i = 0; i < x.length; i++) {
            double d = Math.abs(x[i] - y[i]);
            worst = Double.isNaN(d) ? Double.NaN : Math.max(worst, d);
        }
        return worst;
    }

    private INDArray attend(
            AttentionShape z, AttentionShape.Formats f, AttentionTiling tiling, INDArray[] qkv, INDArray out) {
        AttentionForward a = keep(AttentionForward.compile(z, f, tiling));
        long scratch = bytes(a.scratchBytes());
        long to = f.out() ? bytes(2 * out.length()) : at(out);
        a.run(
                state,
                as(f.q(), qkv[0]),
                as(f.k(), qkv[1]),
                as(f.v(), qkv[2]),
                as(f.kRef(), qkv[3]),
                as(f.vRef(), qkv[4]),
                to,
                scratch);
        if (f.out()) {
            convert(false, to, out.length(), at(out));
        }
        return out;
    }

    private INDArray[] queriesKeysValues(long n, long tq, long tk, long tr, long c) {
        return new INDArray[] {
            array(0, n, tq, c),
            array(0, n, tk, c),
            array(0, n, tk, c),
            tr == 0 ? null : array(0, n, tr, c),
            tr == 0 ? null : array(0, n, tr, c)
        };
    }

    @Test
    void allTilingsOfAnAttentionAgreeWithPlainLoops() {
        for (long tr : new long[] {0, 13}) {
            AttentionShape z = new AttentionShape(4, 37, 29, tr, 6, 5, 0.9f);
            INDArray[] a = queriesKeysValues(4, 37, 29, tr, 30);
            INDArray expected = empty(4, 37, 30);
            loops.attention(a[0], a[1], a[2], a[3], a[4], 6, 0.9f, expected);
            for (long samples : new long[] {1, 2, 4}) {
                for (long heads : new long[] {1, 2, 3, 6}) {
                    for (long queries : new long[] {16, 36, 37}) {
                        AttentionTiling tiling = new AttentionTiling(samples, heads, queries);
                        INDArray out = attend(z, AttentionShape.Formats.ofProducts(false), tiling, a, empty(4, 37, 30));
                        assertThat(distance(out, expected)).as("%s", tiling).isLessThan(2e-6);
                    }
                }
            }
        }
    }

    @Test
    void bfloat16OperandsOfAnAttention() {
        assumeThat(CpuEngine.hasBf16()).isTrue();
        for (long tr : new long[] {0, 13}) {
            AttentionShape z = new AttentionShape(2, 21, 19, tr, 4, 16, 0.25f);
            INDArray[] a = queriesKeysValues(2, 21, 19, tr, 64);
            INDArray expected = empty(2, 21, 64);
            loops.attention(a[0], a[1], a[2], a[3], a[4], 4, 0.25f, expected);
            for (int bits = 0; bits < 64; bits++) {
                AttentionShape.Formats f = new AttentionShape.Formats(
                        true,
                        (bits & 1) != 0,
                        (bits & 2) != 0,
                        (bits & 4) != 0,
                        (bits & 8) != 0,
                        (bits & 16) != 0,
                        (bits & 32) != 0);
                INDArray out = attend(z, f, AttentionTiling.of(z, 2), a, empty(2, 21, 64));
                // Eight bits of mantissa, and values of about one.
                assertThat(distance(out, expected)).as("%s", f).isLessThan(0.01);
            }
        }
    }

    @Test
    void attentionOverManyKeysTakesAnyMixtureOfFormats() {
        assumeThat(CpuEngine.hasBf16()).isTrue();
        AttentionShape z = new AttentionShape(2, 33, 1300, 800, 2, 8, 0.3f);
        INDArray[] a = queriesKeysValues(2, 33, 1300, 800, 16);
        INDArray expected = empty(2, 33, 16);
        loops.attention(a[0], a[1], a[2], a[3], a[4], 2, 0.3f, expected);
        for (int bits : new int[] {0b000000, 0b111111, 0b000011, 0b100100, 0b011010}) {
            AttentionShape.Formats f = new AttentionShape.Formats(
                    true,
                    (bits & 1) != 0,
                    (bits & 2) != 0,
                    (bits & 4) != 0,
                    (bits & 8) != 0,
                    (bits & 16) != 0,
                    (bits & 32) != 0);
            INDArray out = attend(z, f, new AttentionTiling(1, 2, 33), a, empty(2, 33, 16));
            // Means of thousands of values, in eight bits.
            assertThat(distance(out, expected)).as("%s", f).isLessThan(1e-3);
        }
    }

    @Test
    void tilingsFitTheirShapes() {
        for (long heads : new long[] {1, 2, 3, 5, 8, 10, 20}) {
            for (long t : new long[] {1, 16, 77, 144, 1000, 4096, 16384}) {
                for (int threads : new int[] {1, 2, 3, 8, 64}) {
                    AttentionShape z = new AttentionShape(6, t, t, t, heads, 40, 1);
                    AttentionTiling tiling = AttentionTiling.of(z, threads);
                    assertThat(heads % tiling.heads()).as("%s %s", z, tiling).isZero();
                    assertThat(6 % tiling.samples()).as("%s %s", z, tiling).isZero();
                    assertThat(tiling.queries()).as("%s %s", z, tiling).isBetween(1L, t);
                }
            }
        }
    }

    @Test
    void groupNormAddsARowFirst() {
        for (long[] size : new long[][] {{1, 60, 32}, {7, 9, 32}, {3, 1500, 64}, {1, 33001, 64}}) {
            for (boolean low : new boolean[] {false, true}) {
                INDArray x = array(5, size);
                INDArray row = array(-3, size[0], size[2]);
                INDArray gamma = array(1, size[2]);
                INDArray beta = array(0, size[2]);
                INDArray[] expected = {empty(size), empty(size[0], 8), empty(size[0], 8)};
                INDArray sum = empty(size);
                loops.addRow(x, row, sum);
                loops.groupNorm(sum, gamma, beta, 8, 1e-5f, Activation.SILU, expected[0], expected[1], expected[2]);
                INDArray[] out = {empty(size), empty(size[0], 8), empty(size[0], 8)};
                GroupNormForward g = keep(
                        GroupNormForward.compile(state, size[0], size[1], size[2], 8, 1e-5f, Activation.SILU, low));
                long to = low ? bytes(2 * out[0].length()) : at(out[0]);
                g.run(state, at(x), at(row), at(gamma), at(beta), to, at(out[1]), at(out[2]), bytes(g.scratchBytes()));
                if (low) {
                    convert(false, to, out[0].length(), at(out[0]));
                }
                assertThat(distance(out[0], expected[0])).isLessThan(low ? 0.03 : 2e-5);
                assertThat(distance(out[1], expected[1])).isLessThan(1e-5);
                assertThat(distance(out[2], expected[2])).isLessThan(1e-4);
            }
        }
    }

    @Test
    void groupNormSurvivesALargeMean() {
        for (long[] size : new long[][] {{1, 4096, 64}, {5, 64, 64}, {1, 33001, 64}}) {
            INDArray x = array(1000, size);
            INDArray gamma = array(1, 64);
            INDArray beta = array(0, 64);
            INDArray[] expected = {empty(size), empty(size[0], 8), empty(size[0], 8)};
            loops.groupNorm(x, gamma, beta, 8, 1e-5f, Activation.NONE, expected[0], expected[1], expected[2]);
            INDArray out = empty(size);
            GroupNormForward g =
                    keep(GroupNormForward.compile(state, size[0], size[1], size[2], 8, 1e-5f, Activation.NONE, false));
            g.run(state, at(x), 0, at(gamma), at(beta), at(out), 0, 0, bytes(g.scratchBytes()));
            // One unit in the last place of 1000 is 6e-5, and deviations are divided by 0.58.
            assertThat(distance(out, expected[0])).isLessThan(2e-3);
        }
    }

    @Test
    void layerNormWritesBfloat16WithoutStatistics() {
        INDArray x = array(2, 33, 48);
        INDArray gamma = array(1, 48);
        INDArray beta = array(0, 48);
        INDArray expected = empty(33, 48);
        loops.layerNorm(x, gamma, beta, 1e-5f, expected, empty(33), empty(33));
        for (boolean low : new boolean[] {false, true}) {
            INDArray out = empty(33, 48);
            long to = low ? bytes(2 * out.length()) : at(out);
            keep(LayerNormForward.compile(33, 48, 1e-5f, false, low)).run(state, at(x), at(gamma), at(beta), to, 0, 0);
            if (low) {
                convert(false, to, out.length(), at(out));
            }
            assertThat(distance(out, expected)).isLessThan(low ? 0.03 : 2e-6);
        }
    }

    @Test
    void runsAllocateNothingOnTheHeapAndRepeatTheirBits() {
        AttentionShape z = new AttentionShape(2, 300, 200, 100, 4, 16, 0.25f);
        INDArray[] a = queriesKeysValues(2, 300, 200, 100, 64);
        INDArray x = array(1, 3, 200, 64);
        INDArray gamma = array(1, 64);
        INDArray beta = array(0, 64);
        INDArray statistics = empty(600);
        INDArray wide = array(0, 300, 128);
        INDArray[] out = {empty(2, 300, 64), empty(3, 200, 64), empty(600, 64), empty(300, 64), empty(300, 128)};
        AttentionForward attention = keep(AttentionForward.compile(z, AttentionShape.Formats.ofProducts(false), 2));
        GroupNormForward group = keep(GroupNormForward.compile(state, 3, 200, 64, 8, 1e-5f, Activation.SILU, false));
        LayerNormForward layer = keep(LayerNormForward.compile(600, 64, 1e-5f, true, false));
        GegluForward geglu = keep(GegluForward.compile(300, 64, 2));
        ScaledSum sum = keep(ScaledSum.compile(wide.length()));
        long scratch = bytes(attention.scratchBytes() + group.scratchBytes() + geglu.scratchBytes());
        long[] in = {at(a[0]), at(a[1]), at(a[2]), at(a[3]), at(a[4]), at(x), at(gamma), at(beta), at(wide)};
        long[] to = {at(out[0]), at(out[1]), at(out[2]), at(out[3]), at(out[4]), at(statistics)};
        Runnable all = () -> {
            attention.run(state, in[0], in[1], in[2], in[3], in[4], to[0], scratch);
            group.run(state, in[5], 0, in[6], in[7], to[1], to[5], to[5] + 96, scratch);
            layer.run(state, in[5], in[6], in[7], to[2], to[5], to[5]);
            geglu.run(state, in[8], to[3], scratch);
            sum.run(state, 0.5f, in[8], 0.25f, in[8], to[4]);
        };
        all.run();
        List<float[]> first = new ArrayList<>();
        for (INDArray o : out) {
            first.add(HostArrays.read(o));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < 100; i++) {
            all.run();
        }
        long allocated = threads.getThreadAllocatedBytes(id) - before;
        assertThat(allocated).isLessThan(100 * 64);
        for (int i = 0; i < out.length; i++) {
            assertThat(HostArrays.read(out[i])).isEqualTo(first.get(i));
        }
    }
}
