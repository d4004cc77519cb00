package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Kernels.AdamWStep;

class CheckedKernelsTest {
    private static final Kernels CHECKED = new CheckedKernels(new ScalarKernels(), true);

    /** What memory of a pool may hold. */
    private static INDArray garbage(long... shape) {
        return filled(Float.NaN, shape);
    }

    private static INDArray filled(float value, long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        float[] values = new float[(int) a.length()];
        Arrays.fill(values, value);
        HostArrays.write(a, values);
        return a;
    }

    @Test
    void aTargetIsFilledPartByPart() {
        INDArray target = garbage(5, 7);
        CHECKED.copyChannels(filled(1, 5, 3), 0, target, 4, 3);
        CHECKED.copyChannels(filled(2, 5, 4), 0, target, 0, 4);
        assertThat(HostArrays.read(target)).startsWith(2, 2, 2, 2, 1, 1, 1, 2).doesNotContain(Float.NaN);
    }

    @Test
    void aPartOfASourceIsCopied() {
        INDArray source = garbage(5, 7);
        CHECKED.copyChannels(filled(3, 5, 2), 0, source, 2, 2);
        INDArray target = garbage(5, 2);
        CHECKED.copyChannels(source, 2, target, 0, 2);
        assertThat(HostArrays.read(target)).containsOnly(3);
    }

    @Test
    void copiedChannelsAreLookedAt() {
        INDArray source = filled(1, 5, 7);
        source.putScalar(3, 4, Float.NaN);
        INDArray target = garbage(5, 3);
        assertThatThrownBy(() -> CHECKED.copyChannels(source, 2, target, 0, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("copyChannels: source [5, 7] holds NaN in element 25");
        CHECKED.copyChannels(source, 1, target, 0, 3);
        assertThatThrownBy(() -> CHECKED.copyChannels(source, 5, target, 1, 3))
                .hasMessageContaining("channels of source, got 3 from 5");
        assertThatThrownBy(() -> CHECKED.copyChannels(source, 0, target, 1, 3))
                .hasMessageContaining("channels of target, got 3 from 1");
    }

    @Test
    void notANumberIsFoundBeforeAnUpdateInPlace() {
        AdamWStep step = new AdamWStep(0.1f, 0.9f, 0.99f, 1e-8f, 0, 1);
        INDArray v = garbage(3);
        assertThatThrownBy(() -> CHECKED.adamW(filled(1, 3), filled(1, 3), filled(0, 3), v, step, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("adamW: v [3] holds NaN");
    }

    @Test
    void whatIsOnlyWrittenMayHoldAnything() {
        INDArray sum = garbage(2, 3);
        CHECKED.sumTokens(filled(1, 2, 5, 3), sum);
        assertThat(HostArrays.read(sum)).containsOnly(5);
    }
}
