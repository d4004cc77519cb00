package org.ragdiff.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Kernels.Precision;
import org.ragdiff.core.tensor.ScalarKernels;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.cuda.emulation.EmulatedGpu;
import org.ragdiff.cuda.emulation.HostCompiler;

/** Arrays that stay on the device: values cross only when they are needed on the other side, and are never stale. */
class ResidenceTest {
    private final EmulatedGpu gpu = gpu();

    @BeforeAll
    static void emulation() {
        HostCompiler.load();
    }

    private static EmulatedGpu gpu() {
        HostCompiler.load();
        return new EmulatedGpu(true);
    }

    private static INDArray array(float... values) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, values.length);
        HostArrays.write(a, values);
        return a;
    }

    @Test
    void nothingCrossesBetweenOperations() {
        try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.F32)) {
            INDArray a = array(1, 2, 3);
            INDArray b = array(0, 0, 0);
            try (Kernels.Residence r = k.keepOnDevice()) {
                k.axpby(2, a, 0, a, b);
                int uploads = gpu.calls("upload");
                for (int i = 0; i < 10; i++) {
                    k.axpby(1, b, 1, a, b);
                }
                assertThat(gpu.calls("upload")).isEqualTo(uploads);
                assertThat(gpu.calls("download")).isZero();
                assertThat(HostArrays.read(b)).containsExactly(12, 24, 36);
                assertThat(HostArrays.read(b)).containsExactly(12, 24, 36);
                assertThat(gpu.calls("download")).isEqualTo(1);
                HostArrays.write(a, new float[] {5, 6, 7});
                k.axpby(1, a, 1, b, b);
            }
            assertThat(b.toFloatVector()).containsExactly(17, 30, 43);
            assertThat(gpu.liveBlocks()).isZero();
        }
    }

    @Test
    void viewsShareTheirBuffersCopy() {
        try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.F32);
                Kernels.Residence r = k.keepOnDevice()) {
            INDArray all = array(1, 2, 3, 4, 5, 6).reshape(3, 2);
            INDArray middle = all.get(NDArrayIndex.interval(1, 2), NDArrayIndex.all());
            k.axpby(10, middle, 0, middle, middle);
            assertThat(HostArrays.read(all)).containsExactly(1, 2, 30, 40, 5, 6);
            // The host writes a part while the device holds newer values elsewhere.
            k.axpby(2, all, 0, all, all);
            HostArrays.write(all, 0, new float[] {7}, 0, 1);
            k.axpby(1, all, 1, all, all);
            assertThat(HostArrays.read(all)).containsExactly(14, 8, 120, 160, 20, 24);
        }
    }

    @Test
    void randomProgramsGiveWhatPlainLoopsGive() {
        SplittableRandom random = new SplittableRandom(5);
        Kernels plain = new ScalarKernels();
        try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.F32);
                TensorPool pool = new TensorPool()) {
            Kernels.Residence residence = k.keepOnDevice();
            INDArray[] ours = new INDArray[6];
            INDArray[] theirs = new INDArray[6];
            for (int i = 0; i < ours.length; i++) {
                ours[i] = pool.takeZeros(2, 35);
                theirs[i] = Nd4j.zeros(DataType.FLOAT, 2, 35);
            }
            for (int step = 0; step < 400; step++) {
                int a = random.nextInt(6);
                int b = random.nextInt(6);
                int c = random.nextInt(6);
                switch (random.nextInt(7)) {
                    case 0 -> {
                        k.axpby(0.5f, ours[a], 0.25f, ours[b], ours[c]);
                        plain.axpby(0.5f, theirs[a], 0.25f, theirs[b], theirs[c]);
                    }
                    case 1 -> {
                        float[] v = {(float) random.nextDouble(-1, 1), step};
                        int at = random.nextInt(69);
                        HostArrays.write(ours[a], at, v, 0, 2);
                        HostArrays.write(theirs[a], at, v, 0, 2);
                    }
                    case 2 -> {
                        HostArrays.copy(ours[a], 0, ours[(a + 1) % 6], 20, 11);
                        HostArrays.copy(theirs[a], 0, theirs[(a + 1) % 6], 20, 11);
                    }
                    case 3 -> {
                        HostArrays.zero(ours[a], 3, 60);
                        HostArrays.zero(theirs[a], 3, 60);
                    }
                    case 4 -> {
                        int other = (a + 1) % 6;
                        k.copyChannels(ours[a], 2, ours[other], 5, 20);
                        plain.copyChannels(theirs[a], 2, theirs[other], 5, 20);
                    }
                    case 5 -> {
                        pool.give(ours[a]);
                        ours[a] = pool.take(2, 35);
                        HostArrays.copy(ours[b == a ? (a + 1) % 6 : b], 0, ours[a], 0, 70);
                        HostArrays.copy(theirs[b == a ? (a + 1) % 6 : b], 0, theirs[a], 0, 70);
                    }
                    default -> {
                        residence.close();
                        residence = k.keepOnDevice();
                    }
                }
                assertThat(HostArrays.read(ours[c])).as("step %d", step).containsExactly(HostArrays.read(theirs[c]));
            }
            residence.close();
            for (int i = 0; i < 6; i++) {
                assertThat(ours[i].reshape(70).toFloatVector())
                        .containsExactly(theirs[i].reshape(70).toFloatVector());
            }
        }
    }

    @Test
    void copiesOfArraysThatAreGoneAreFreed() {
        try (Kernels k = new CudaKernels(EmulatedProvider.device(gpu), Precision.F32);
                Kernels.Residence r = k.keepOnDevice()) {
            for (int i = 0; i < 900; i++) {
                try (INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, 16 + i % 7)) {
                    HostArrays.write(a, new float[16 + i % 7]);
                    k.activate(org.ragdiff.core.tensor.Activation.RELU, a, a);
                    assertThat(k.sumOfAllSquares(List.of(a))).isZero();
                }
            }
            assertThat(gpu.liveBlocks()).isLessThan(600);
        }
    }
}
