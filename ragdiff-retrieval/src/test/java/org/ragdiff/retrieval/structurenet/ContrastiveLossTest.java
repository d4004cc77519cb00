package org.ragdiff.retrieval.structurenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.ScalarKernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;

class ContrastiveLossTest {
    private static final float[] HARD = {1, 0, 0, 1};

    private final TensorPool pool = new TensorPool();
    private final Tape tape = Tape.training(new ScalarKernels(), pool);

    @AfterEach
    void close() {
        tape.close();
        pool.close();
    }

    private Var leaf(float[][] rows, INDArray grad) {
        return tape.leaf(Nd4j.createFromArray(rows), grad);
    }

    private double loss(float[][] a, float[][] b, double scale, float[] rows, float[] columns) {
        Var logScale = tape.constant(Nd4j.createFromArray(new float[] {(float) Math.log(scale)}));
        return ContrastiveLoss.of(tape, leaf(a, Nd4j.zeros(2, 2)), leaf(b, Nd4j.zeros(2, 2)), logScale, rows, columns)
                .item();
    }

    @Test
    void orthonormalPairsHaveTheSoftplusOfTheNegativeScale() {
        float[][] identity = {{1, 0}, {0, 1}};
        assertThat(loss(identity, identity, 3, HARD, HARD)).isCloseTo(Math.log1p(Math.exp(-3)), within(1e-6));
        // Wrong partners everywhere: scale more.
        assertThat(loss(identity, new float[][] {{0, 1}, {1, 0}}, 3, HARD, HARD))
                .isCloseTo(3 + Math.log1p(Math.exp(-3)), within(1e-6));
    }

    @Test
    void softTargetsAddTheirShareOfTheScale() {
        float[][] identity = {{1, 0}, {0, 1}};
        float[] soft = {0.8f, 0.2f, 0.2f, 0.8f};
        assertThat(loss(identity, identity, 3, soft, soft)).isCloseTo(0.2 * 3 + Math.log1p(Math.exp(-3)), within(1e-6));
    }

    @Test
    void bothDirectionsCountByHalf() {
        // a·bᵀ = [[1, .6], [1, .6]]: rows say log(1 + e^(∓.4 s)), columns log 2 each.
        float[][] a = {{1, 0}, {1, 0}};
        float[][] b = {{1, 0}, {0.6f, 0.8f}};
        double rows = (Math.log1p(Math.exp(-0.8)) + Math.log1p(Math.exp(0.8))) / 2;
        assertThat(loss(a, b, 2, HARD, HARD)).isCloseTo((rows + Math.log(2)) / 2, within(1e-6));
    }

    @Test
    void gradientsHaveTheirClosedForms() {
        float[][] identity = {{1, 0}, {0, 1}};
        INDArray gradA = Nd4j.zeros(2, 2);
        INDArray gradScale = Nd4j.zeros(1);
        Var a = leaf(identity, gradA);
        Var b = leaf(identity, Nd4j.zeros(2, 2));
        Var logScale = tape.leaf(Nd4j.createFromArray(new float[] {(float) Math.log(3)}), gradScale);
        tape.backward(ContrastiveLoss.of(tape, a, b, logScale, HARD, HARD));
        double p = 1 / (1 + Math.exp(3));
        assertThat(HostArrays.read(gradScale)[0]).isCloseTo((float) (-3 * p), within(1e-6f));
        float g = (float) (3 * p / 2);
        assertThat(HostArrays.read(gradA)).containsExactly(new float[] {-g, g, g, -g}, within(1e-6f));
    }

    @Test
    void furtherCandidatesCountInTheRowsAndThoseLeftOutNowhere() {
        INDArray grad = Nd4j.zeros(2, 4);
        float[][] cosines = {{1, 0, 0.5f, 0.9f}, {0, 1, 0.9f, 0.25f}};
        Var c = tape.leaf(Nd4j.createFromArray(cosines), grad);
        Var logScale = tape.constant(Nd4j.createFromArray(new float[] {(float) Math.log(2)}));
        Var loss = ContrastiveLoss.ofCosines(tape, c, logScale, new float[] {1, 0, 0, -1, 0, 1, -1, 0}, HARD);
        double first = Math.exp(2) + 1 + Math.exp(1);
        double second = 1 + Math.exp(2) + Math.exp(0.5);
        double rows = (Math.log(first) - 2 + Math.log(second) - 2) / 2;
        assertThat(loss.item()).isCloseTo((rows + Math.log1p(Math.exp(-2))) / 2, within(1e-6));
        tape.backward(loss);
        float[] g = HostArrays.read(grad);
        // Twice the softmax, over two rows and two directions.
        assertThat(g[2]).isCloseTo((float) (Math.exp(1) / first / 2), within(1e-6f));
        assertThat(g[7]).isCloseTo((float) (Math.exp(0.5) / second / 2), within(1e-6f));
        assertThat(g[3]).isZero();
        assertThat(g[6]).isZero();
    }

    @Test
    void sigmoidLossIsThatOfEachPairOnItsOwn() {
        INDArray grad = Nd4j.zeros(1, 3);
        INDArray biasGrad = Nd4j.zeros(1);
        INDArray scaleGrad = Nd4j.zeros(1);
        Var c = tape.leaf(Nd4j.createFromArray(new float[][] {{0.5f, 0.25f, 0.9f}}), grad);
        Var logScale = tape.leaf(Nd4j.createFromArray(new float[] {(float) Math.log(4)}), scaleGrad);
        Var bias = tape.leaf(Nd4j.createFromArray(new float[] {-1}), biasGrad);
        Var loss = SigmoidLoss.of(tape, c, logScale, bias, new float[] {1, 0, -1});
        // z = 4 · 0.5 − 1 = 1 belongs together, z = 0 does not: −log σ(1) − log σ(0).
        assertThat(loss.item()).isCloseTo(Math.log1p(Math.exp(-1)) + Math.log(2), within(1e-6));
        tape.backward(loss);
        double own = 1 / (1 + Math.exp(-1)) - 1;
        assertThat(HostArrays.read(grad)).containsExactly(new float[] {(float) (4 * own), 2, 0}, within(1e-6f));
        assertThat(HostArrays.read(biasGrad)[0]).isCloseTo((float) (own + 0.5), within(1e-6f));
        assertThat(HostArrays.read(scaleGrad)[0]).isCloseTo((float) (2 * own + 0.5), within(1e-6f));
    }

    @Test
    void hardNegativesAreTheMostSimilarEntriesOfOtherGarments() {
        float[] cosines = {0.9f, 0.1f, 0.2f, 0.8f, 0.7f, 0.3f, /* second photo */ 0.1f, 0.9f, 0.6f, 0.1f, 0.2f, 0.3f};
        // The first photo's garment is entry 1 of 4, the second's is in no database.
        float[] targets = HardNegatives.targets(cosines, new int[] {1, -1}, 4, 2);
        assertThat(targets).containsExactly(1, 0, -1, -1, 0, -1, /* second photo */ 0, 1, 0, -1, -1, 0);
        // One garment twice in a batch is no negative of itself.
        assertThat(HardNegatives.targets(new float[4], new int[] {3, 3}, 0, 0)).containsExactly(1, -1, -1, 1);
    }

    @Test
    void theScaleStopsAtAHundred() {
        float[][] b = {{0.995f, 0.0999f}, {0.9f, 0.4359f}};
        float[][] a = {{1, 0}, {1, 0}};
        assertThat(loss(a, b, 500, HARD, HARD)).isEqualTo(loss(a, b, 100, HARD, HARD));
        INDArray grad = Nd4j.zeros(1);
        Var logScale = tape.leaf(Nd4j.createFromArray(new float[] {(float) Math.log(500)}), grad);
        tape.backward(
                ContrastiveLoss.of(tape, leaf(a, Nd4j.zeros(2, 2)), leaf(b, Nd4j.zeros(2, 2)), logScale, HARD, HARD));
        assertThat(HostArrays.read(grad)[0]).isZero();
    }

    @Test
    void targetsOfAnotherSizeAreRefused() {
        assertThatThrownBy(() ->
                        loss(new float[][] {{1, 0}, {0, 1}}, new float[][] {{1, 0}, {0, 1}}, 3, HARD, new float[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 and 1 targets");
    }

    @Test
    void sharesHaveTheLogisticLoss() {
        INDArray grad = Nd4j.zeros(3);
        Var logits = tape.leaf(Nd4j.createFromArray(new float[] {0, 2, 50}), grad);
        Var loss = ShareLoss.of(tape, logits, new float[] {1, 0.25f, -1});
        double second = Math.log1p(Math.exp(2)) - 0.25 * 2;
        assertThat(loss.item()).isCloseTo((Math.log(2) + second) / 2, within(1e-6));
        tape.backward(loss);
        float slope = (float) ((1 / (1 + Math.exp(-2)) - 0.25) / 2);
        assertThat(HostArrays.read(grad)).containsExactly(new float[] {-0.25f, slope, 0}, within(1e-6f));
    }
}
