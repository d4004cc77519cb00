package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Leaves' gradients against closed forms: d Σ(x·wᵀ)² / dw = 2 · Σ x·wᵀ · x. */
class GradientTest {
    private static final float[] X = {1, 2, -3, 0.5f, 4, -1};
    private static final float[] W = {0.5f, -1, 2};

    private final Kernels kernels = KernelProviders.defaultKernels();
    private final INDArray x = Nd4j.createFromArray(X).reshape('c', 2, 3);
    private final INDArray w = Nd4j.createFromArray(W).reshape('c', 1, 3);

    /** Σ over rows of (x·w)², added up {@code uses} times, each time through a leaf of its own. */
    private void backward(Gradient gradient, int uses) {
        try (TensorPool pool = new TensorPool();
                Tape tape = Tape.training(kernels, pool)) {
            INDArray target = Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.FLOAT, 2, 1);
            Var[] losses = new Var[uses];
            float[] weights = new float[uses];
            for (int i = 0; i < uses; i++) {
                Var y = Products.linear(tape, tape.constant(x), tape.leaf(w, gradient), null);
                losses[i] = Losses.meanSquaredError(tape, y, target, null);
                weights[i] = 2;
            }
            tape.backward(Losses.weightedSum(tape, weights, losses));
        }
    }

    private static float[] expected(float times) {
        float[] g = new float[3];
        for (int row = 0; row < 2; row++) {
            float y = 0;
            for (int i = 0; i < 3; i++) {
                y += X[row * 3 + i] * W[i];
            }
            for (int i = 0; i < 3; i++) {
                g[i] += times * 2 * y * X[row * 3 + i];
            }
        }
        return g;
    }

    @Test
    void firstContributionIsWrittenFurtherOnesAreAdded() {
        try (Gradient gradient = new Gradient(1, 3)) {
            backward(gradient, 1);
            assertThat(HostArrays.read(gradient.array())).containsExactly(expected(1));
            backward(gradient, 2);
            assertThat(HostArrays.read(gradient.array())).containsExactly(expected(3));
            gradient.clear();
            assertThat(HostArrays.read(gradient.array())).containsOnly(0);
            backward(gradient, 3);
            assertThat(HostArrays.read(gradient.array())).containsExactly(expected(3));
        }
    }

    /** Σ over rows of (x·w + 1)² without the products, whose memory the next values get. */
    @Test
    void forgottenValuesReturnAtOnce() {
        try (Gradient gradient = new Gradient(1, 3);
                TensorPool pool = new TensorPool();
                Tape tape = Tape.training(kernels, pool)) {
            INDArray ones = Nd4j.ones(org.nd4j.linalg.api.buffer.DataType.FLOAT, 2, 1);
            INDArray target = Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.FLOAT, 2, 1);
            Var products = Products.linear(tape, tape.constant(x), tape.leaf(w, gradient), null);
            Var sum = Elementwise.add(tape, products, tape.constant(ones));
            int taken = pool.takenCount();
            tape.forget(products);
            assertThat(pool.takenCount()).isEqualTo(taken - 1);
            HostArrays.write(tape.allocate(2, 1), new float[] {7, 7});
            Var loss = Losses.meanSquaredError(tape, sum, target, null);
            tape.backward(Losses.weightedSum(tape, new float[] {2}, loss));
            float[] expected = expected(1);
            for (int i = 0; i < 3; i++) {
                expected[i] += 2 * (X[i] + X[3 + i]);
            }
            assertThat(HostArrays.read(gradient.array())).containsExactly(expected);
        }
    }

    @Test
    void adamWLeavesGradientsOfZeroAndMovesAverages() {
        try (Gradient gradient = new Gradient(1, 3)) {
            backward(gradient, 1);
            INDArray p = Nd4j.createFromArray(W).reshape('c', 1, 3);
            INDArray m = Nd4j.zeros(1, 3);
            INDArray v = Nd4j.zeros(1, 3);
            INDArray average = Nd4j.zeros(1, 3);
            Kernels.AdamWStep step = new Kernels.AdamWStep(0.1f, 0.9f, 0.99f, 0, 0, 1);
            kernels.adamWAll(
                    java.util.List.of(new Kernels.AdamWState(p, gradient.array(), m, v, average)), step, 1, 0.75f);
            gradient.cleared();
            // The first step is the rate times the gradient's sign.
            float[] g = expected(1);
            for (int i = 0; i < 3; i++) {
                float moved = W[i] - 0.1f * Math.signum(g[i]);
                assertThat(p.getFloat(i)).isCloseTo(moved, org.assertj.core.data.Offset.offset(1e-5f));
                assertThat(average.getFloat(i)).isCloseTo(moved / 4, org.assertj.core.data.Offset.offset(1e-5f));
                assertThat(gradient.array().getFloat(i)).isZero();
            }
        }
    }
}
