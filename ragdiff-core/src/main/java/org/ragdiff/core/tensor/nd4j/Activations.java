package org.ragdiff.core.tensor.nd4j;

import static org.nd4j.linalg.ops.transforms.Transforms.exp;
import static org.nd4j.linalg.ops.transforms.Transforms.sigmoid;
import static org.nd4j.linalg.ops.transforms.Transforms.tanh;
import static org.ragdiff.core.tensor.nd4j.Operations.multiply;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erfc;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.Activation;

/** Activations and their derivatives, composed: ND4J's own GELUs are other approximations. */
final class Activations {
    private static final double ROOT_HALF = Math.sqrt(0.5);
    private static final double ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    private Activations() {}

    /** out may be x. */
    static void forward(Activation activation, INDArray x, INDArray out) {
        switch (activation) {
            case NONE -> out.assign(x);
            case SILU -> multiply(x, sigmoid(x, true), out);
            case GELU -> multiply(x, normalCdf(x), out);
            case GELU_TANH -> multiply(x, gate(x).addi(1).muli(0.5), out);
            case RELU -> multiply(x, positive(x), out);
            case SIGMOID -> out.assign(sigmoid(x, true));
            case TANH -> out.assign(tanh(x, true));
        }
    }

    /** gradX = activation'(x) · gradOut; gradX may be gradOut. */
    static void backward(Activation activation, INDArray x, INDArray gradOut, INDArray gradX) {
        if (activation == Activation.NONE) {
            gradX.assign(gradOut);
        } else {
            multiply(gradOut, slope(activation, x), gradX);
        }
    }

    private static INDArray slope(Activation activation, INDArray x) {
        return switch (activation) {
            case NONE -> throw new IllegalArgumentException("NONE has no slope to compute");
            case SILU -> {
                INDArray s = sigmoid(x, true);
                yield s.rsub(1).muli(x).addi(1).muli(s);
            }
            case GELU -> {
                INDArray density = exp(x.mul(x).muli(-0.5), false).muli(1 / Math.sqrt(2 * Math.PI));
                yield density.muli(x).addi(normalCdf(x));
            }
            case GELU_TANH -> {
                INDArray t = gate(x);
                INDArray inner = x.mul(x).muli(3 * CUBIC).addi(1).muli(0.5 * ROOT_2_OVER_PI);
                yield t.mul(t).rsubi(1).muli(x).muli(inner).addi(t.addi(1).muli(0.5));
            }
            case RELU -> positive(x);
            case SIGMOID -> {
                INDArray s = sigmoid(x, true);
                yield s.rsub(1).muli(s);
            }
            case TANH -> {
                INDArray t = tanh(x, true);
                yield t.muli(t).rsubi(1);
            }
        };
    }

    /** Φ(x), by the complementary error function: no cancellation far below zero. */
    private static INDArray normalCdf(INDArray x) {
        INDArray y = x.mul(-ROOT_HALF);
        return Nd4j.exec(new Erfc(y, y)).muli(0.5);
    }

    /** tanh(√(2/π) · (x + 0.044715 x³)). */
    private static INDArray gate(INDArray x) {
        return tanh(x.mul(x).muli(CUBIC).addi(1).muli(x).muli(ROOT_2_OVER_PI), false);
    }

    private static INDArray positive(INDArray x) {
        return x.gt(0).castTo(DataType.FLOAT);
    }
}
