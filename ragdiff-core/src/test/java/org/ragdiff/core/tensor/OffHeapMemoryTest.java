package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OffHeapMemoryTest {
    private static final long BYTES = 64 << 20;

    @Test
    void countsArraysPointersAndDirectBuffers() {
        long before = OffHeapMemory.bytes();
        INDArray array = array(BYTES);
        assertThat(OffHeapMemory.bytes() - before).isBetween(BYTES, BYTES + (1 << 20));
        array.close();
        assertThat(OffHeapMemory.bytes() - before).isLessThan(1 << 20);
        try (BytePointer pointer = new BytePointer(BYTES)) {
            assertThat(pointer.capacity()).isEqualTo(BYTES);
            assertThat(OffHeapMemory.bytes() - before).isBetween(BYTES, BYTES + (1 << 20));
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) BYTES);
        assertThat(OffHeapMemory.bytes() - before).isBetween(BYTES, BYTES + (1 << 20));
        assertThat(buffer.capacity()).isEqualTo((int) BYTES);
    }

    @Test
    void aLimitRefusesWhatExceedsItAndNothingElse() {
        Nd4j.scalar(1f).close();
        long held = Nd4j.getEnvironment().getDeviceCouner(0);
        try (OffHeapLimit limit = new OffHeapLimit(BYTES)) {
            assertThat(limit).isNotNull();
            array(BYTES).close();
            // Arrays of other tests may be freed meanwhile: more than the whole of the limit is refused in any case.
            assertThatThrownBy(() -> array(held + BYTES + (1 << 20))).hasMessageContaining("exceeds");
        }
        array(BYTES + (1 << 20)).close();
    }

    private static INDArray array(long bytes) {
        return Nd4j.createUninitialized(DataType.FLOAT, bytes / Float.BYTES);
    }
}
