package org.ragdiff.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.cuda.emulation.EmulatedGpu;
import org.ragdiff.cuda.emulation.HostCompiler;

/** Device memory stays flat, is freed whatever fails, and plans become graphs. */
class DeviceMemoryTest {
    @BeforeAll
    static void emulation() {
        HostCompiler.load();
    }

    private static INDArray random(long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        SplittableRandom r = new SplittableRandom(4);
        float[] v = new float[(int) a.length()];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) r.nextDouble(-1, 1);
        }
        HostArrays.write(a, v);
        return a;
    }

    private static Graph graph() {
        ResnetBlock block = new ResnetBlock(new SplittableRandom(1), 8, 16, 12, 4, 1e-5);
        try (GraphBuilder b = new GraphBuilder()) {
            b.output("y", block.apply(b.tape(), b.input("x", 1, 4, 4, 8), b.condition("time", 1, 12)));
            return b.build();
        }
    }

    private static float[] run(Plan plan, long seed) {
        float[] x = new float[128];
        SplittableRandom r = new SplittableRandom(seed);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) r.nextDouble();
        }
        plan.set("x", x);
        plan.run();
        return HostArrays.read(plan.output("y"));
    }

    @Test
    void fiveHundredRunsTakeNoMoreMemoryThanTwo() {
        EmulatedGpu gpu = new EmulatedGpu(true);
        try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.BF16);
                Plan plan = k.compile(graph())) {
            plan.set("time", new float[12]);
            float[] first = run(plan, 1);
            run(plan, 2);
            long bytes = gpu.liveBytes();
            long peak = gpu.peakBytes();
            int launches = gpu.calls("launch");
            for (int i = 0; i < 500; i++) {
                run(plan, i);
            }
            assertThat(gpu.liveBytes()).isEqualTo(bytes);
            assertThat(gpu.peakBytes()).isEqualTo(peak);
            assertThat(run(plan, 1)).containsExactly(first);
            assertThat(gpu.calls("beginCapture")).isEqualTo(1);
            assertThat(gpu.calls("launchGraph")).isEqualTo(502);
            // All that is launched outside of the graph are the conversions of an input and an output.
            assertThat(gpu.calls("launch") - launches).isEqualTo(2 * 501);
        }
    }

    @Test
    void operationsReuseTheirScratchMemory() {
        EmulatedGpu gpu = new EmulatedGpu(true);
        INDArray x = random(1, 5, 5, 4);
        INDArray w = random(6, 4, 3, 3);
        INDArray out = random(1, 5, 5, 6);
        try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.F32)) {
            k.conv2d(x, w, null, Convolution.same(3), out);
            k.conv2d(x, w, null, Convolution.same(3), out);
            int allocations = gpu.calls("allocate");
            for (int i = 0; i < 50; i++) {
                k.conv2d(x, w, null, Convolution.same(3), out);
            }
            assertThat(gpu.calls("allocate")).isEqualTo(allocations);
            assertThat(gpu.liveBlocks()).isEqualTo(1);
        }
    }

    /** {@link EmulatedGpu#close} fails if something was not freed. */
    @ParameterizedTest
    @ValueSource(strings = {"allocate", "upload", "launch", "download", "product", "convolution", "Product.run"})
    void whatFailsLeavesNothingBehindAndTheNextCallWorks(String call) {
        EmulatedGpu gpu = new EmulatedGpu(true);
        INDArray x = random(1, 5, 5, 4);
        INDArray w = random(6, 4, call.startsWith("P") || call.equals("product") ? 1 : 3, 1);
        Convolution geometry = new Convolution(1, 0, 0, 0, 0);
        INDArray out = random(1, geometry.outHeight(5, w.size(2)), 5, 6);
        try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.F32)) {
            gpu.failAt(call, 1);
            assertThatThrownBy(() -> k.conv2d(x, w, null, geometry, out))
                    .isInstanceOf(CudaException.class)
                    .hasMessageContaining("conv2d")
                    .hasMessageContaining("[1, 5, 5, 4]")
                    .hasMessageContaining("made to fail");
            k.conv2d(x, w, null, geometry, out);
            assertThat(out.isInfinite().any()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6, 8})
    void aPlanThatCannotBeMadeLeavesNothingBehind(int nth) {
        Graph graph = graph();
        for (String call : List.of("allocate", "upload", "product", "convolution")) {
            EmulatedGpu gpu = new EmulatedGpu(true);
            try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.BF16)) {
                gpu.failAt(call, nth);
                try (Plan plan = k.compile(graph)) {
                    plan.set("time", new float[12]);
                    assertThat(run(plan, 1)).hasSize(256);
                } catch (CudaException e) {
                    assertThat(e).hasMessageContaining(call);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"beginCapture", "endCapture"})
    void withoutAGraphThePlanRunsAllTheSame(String call) {
        Graph graph = graph();
        EmulatedGpu gpu = new EmulatedGpu(true);
        try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.F32);
                Plan plan = k.compile(graph)) {
            plan.set("time", new float[12]);
            float[] first = run(plan, 1);
            gpu.failAt(call, 1);
            assertThat(run(plan, 1)).containsExactly(first);
            assertThat(run(plan, 1)).containsExactly(first);
            assertThat(gpu.calls("launchGraph")).isZero();
        }
    }

    @Test
    void weightsAreOnTheDeviceOnceForAllPlansAndGoWithTheLast() {
        Graph graph = graph();
        EmulatedGpu gpu = new EmulatedGpu(true);
        try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.F16)) {
            int before = gpu.liveBlocks();
            Plan first = k.compile(graph);
            int one = gpu.liveBlocks();
            Plan second = k.compile(graph);
            // An arena, scratch memory, and a place for inputs and outputs.
            assertThat(gpu.liveBlocks()).isEqualTo(one + 3);
            first.close();
            second.set("time", new float[12]);
            assertThat(run(second, 1)).hasSize(256);
            second.close();
            assertThat(gpu.liveBlocks()).isEqualTo(before);
        }
    }

    @Test
    void theEmulationFindsWritesBeyondABlockAndUseAfterFree() {
        EmulatedGpu gpu = new EmulatedGpu(true);
        long at = gpu.allocate(64);
        long function = gpu.function(1, "axpby_f32");
        try (Arguments a = new Arguments()
                .f32(1)
                .pointer(at)
                .f32(0)
                .pointer(at)
                .pointer(at + 32)
                .i64(12)) {
            assertThat(a.parameters().address()).isEqualTo(a.address());
            assertThat(a.pointers()).containsExactly(at, at, at + 32);
            assertThatThrownBy(() -> gpu.launch("axpby_f32", function, Gpu.Grid.of(1), 32, 0, a))
                    .hasMessageContaining("beyond a block of 64");
            long next = gpu.allocate(64);
            gpu.free(next);
            assertThatThrownBy(() -> gpu.free(next)).hasMessageContaining("not the start of a live block");
            assertThatThrownBy(() -> gpu.clear(next, 4)).hasMessageContaining("do not lie in device memory");
        }
        assertThatThrownBy(gpu::close).isInstanceOf(AssertionError.class);
    }
}
