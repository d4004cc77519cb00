package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TensorPoolTest {
    private record Held(INDArray array, float value) {}

    /** Each array holds a number of its own for as long as it is taken. */
    @Test
    void arraysDoNotOverlap() {
        Random random = new Random(3);
        for (TensorPool kind : List.of(new TensorPool(), TensorPool.splitting())) {
            try (TensorPool pool = kind) {
                List<Held> held = new ArrayList<>();
                for (int i = 0; i < 3000; i++) {
                    if (held.size() > 40 || !held.isEmpty() && random.nextInt(5) < 2) {
                        Held h = held.remove(random.nextInt(held.size()));
                        assertHolds(h);
                        pool.give(h.array);
                    } else {
                        INDArray a = pool.take(1 + random.nextInt(300), 1 + random.nextInt(70));
                        float[] values = new float[(int) a.length()];
                        Arrays.fill(values, i);
                        HostArrays.write(a, values);
                        held.add(new Held(a, i));
                    }
                }
                held.forEach(TensorPoolTest::assertHolds);
                assertThat(pool.takenCount()).isEqualTo(held.size());
            }
        }
    }

    private static void assertHolds(Held h) {
        float[] values = HostArrays.read(h.array);
        for (float v : values) {
            assertThat(v).isEqualTo(h.value);
        }
    }

    /** What was cut is whole again when all is given back. */
    @Test
    void splitMemoryIsJoined() {
        try (TensorPool pool = TensorPool.splitting()) {
            List<INDArray> arrays = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                arrays.add(pool.take(1000 + 37 * i));
            }
            long held = pool.allocatedBytes();
            java.util.Collections.shuffle(arrays, new Random(1));
            arrays.forEach(pool::give);
            INDArray whole = pool.take(held / Float.BYTES);
            assertThat(pool.allocatedBytes()).isEqualTo(held);
            assertThat(pool.peakBytes()).isEqualTo(held);
            pool.give(whole);
            assertThatThrownBy(() -> pool.give(whole)).hasMessageContaining("not taken from this pool");
        }
    }

    /** Sizes that change from turn to turn, taken in a row and given back in reverse, as a training step does. */
    @Test
    void splitMemoryHoldsLittleMoreThanItsPeak() {
        Random random = new Random(5);
        try (TensorPool pool = TensorPool.splitting()) {
            for (int turn = 0; turn < 30; turn++) {
                int rows = 11 + random.nextInt(6);
                List<INDArray> kept = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    INDArray early = pool.take(rows, 16384, 1 + i % 3);
                    kept.add(pool.take(16, 16384, 1 + i % 5));
                    pool.give(early);
                }
                for (int i = kept.size() - 1; i >= 0; i--) {
                    INDArray gradient = pool.take(kept.get(i).shape());
                    pool.give(kept.get(i));
                    pool.give(gradient);
                }
            }
            assertThat(pool.allocatedBytes()).isLessThan(pool.peakBytes() * 5 / 4);
        }
    }

    @Test
    void aClosedPoolIsRefused() {
        TensorPool pool = TensorPool.splitting();
        pool.take(5);
        pool.close();
        assertThat(pool.allocatedBytes()).isZero();
        assertThatThrownBy(() -> pool.take(5)).hasMessageContaining("closed");
    }
}
