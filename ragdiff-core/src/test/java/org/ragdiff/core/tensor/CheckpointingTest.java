package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;

/** Sections that are computed again: gradients of plain tapes to the bit, with less memory. */
class CheckpointingTest {
    private static final int DEPTH = 6;

    private final Kernels kernels = KernelProviders.defaultKernels();

    /** Residual blocks one after the other, which share one embedding; the first block runs twice. */
    private static final class Chain extends Module {
        final ResnetBlock[] blocks = new ResnetBlock[DEPTH];
        final Linear embedding;

        Chain() {
            SplittableRandom random = new SplittableRandom(7);
            embedding = child("embedding", new Linear(random, 5, 12));
            for (int i = 0; i < DEPTH; i++) {
                blocks[i] = child("blocks." + i, new ResnetBlock(random, 8, 8, 12, 4, 1e-5));
            }
        }

        Var apply(Tape t, Var x, Var code) {
            Var e = Elementwise.activate(t, Activation.SILU, embedding.apply(t, code));
            Var h = blocks[0].apply(t, x, e);
            for (ResnetBlock b : blocks) {
                h = b.apply(t, h, e);
            }
            return h;
        }
    }

    private record Result(Map<String, float[]> gradients, double loss, long peakBytes, int taken) {}

    private static INDArray random(long seed, long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        SplittableRandom r = new SplittableRandom(seed);
        float[] v = new float[Math.toIntExact(a.length())];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) r.nextGaussian();
        }
        HostArrays.write(a, v);
        return a;
    }

    private Result run(boolean checkpointing) {
        Chain net = new Chain();
        net.requireGrad(true);
        INDArray x = random(1, 2, 6, 6, 8);
        INDArray code = random(2, 2, 5);
        INDArray target = random(3, 2, 6, 6, 8);
        Map<String, float[]> gradients = new LinkedHashMap<>();
        double value = 0;
        try (TensorPool pool = new TensorPool()) {
            for (int step = 0; step < 2; step++) {
                try (Tape t = Tape.training(kernels, pool, checkpointing)) {
                    Var loss = Losses.meanSquaredError(t, net.apply(t, t.constant(x), t.constant(code)), target, null);
                    value = loss.item();
                    t.backward(loss);
                }
            }
            net.parameters().forEach((n, p) -> gradients.put(n, HostArrays.read(p.grad())));
            return new Result(gradients, value, pool.peakBytes(), pool.takenCount());
        } finally {
            net.close();
        }
    }

    @Test
    void gradientsAreTheSameToTheBitAndMemoryIsLess() {
        Result plain = run(false);
        Result again = run(true);
        assertThat(again.loss).isEqualTo(plain.loss);
        assertThat(again.gradients.keySet()).isEqualTo(plain.gradients.keySet());
        plain.gradients.forEach(
                (name, g) -> assertThat(again.gradients.get(name)).as(name).containsExactly(g));
        assertThat(again.peakBytes).isLessThan(plain.peakBytes * 6 / 10);
        assertThat(again.taken).isZero();
        assertThat(plain.taken).isZero();
    }
}
