package org.ragdiff.core.tensor.nd4j;

import static org.ragdiff.core.tensor.nd4j.Operations.allocate;
import static org.ragdiff.core.tensor.nd4j.Operations.columns;
import static org.ragdiff.core.tensor.nd4j.Operations.filled;
import static org.ragdiff.core.tensor.nd4j.Operations.matmul;
import static org.ragdiff.core.tensor.nd4j.Operations.multiply;
import static org.ragdiff.core.tensor.nd4j.Operations.subtract;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.floating.SquaredNorm;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.ragdiff.core.tensor.Activation;

/** Operations on matrices, row by row. */
final class Rows {
    private static final long SUM_WIDTH = 1024;

    private Rows() {}

    /** gradX may be gradOut. */
    static void softmaxBackward(INDArray out, INDArray gradOut, INDArray gradX) {
        INDArray products = multiply(out, gradOut, allocate(out.shape()));
        INDArray dots = matmul(products, false, filled(1, out.size(1), 1), false, 1, 0, allocate(out.size(0), 1));
        multiply(subtract(gradOut, dots, gradX), out, gradX);
    }

    static void geglu(INDArray x, INDArray out) {
        long c = out.size(1);
        INDArray gate = columns(x, c, c).dup('c');
        Activations.forward(Activation.GELU, gate, gate);
        multiply(columns(x, 0, c), gate, out);
    }

    static void gegluBackward(INDArray x, INDArray gradOut, INDArray gradX) {
        long c = gradOut.size(1);
        INDArray value = columns(x, 0, c).dup('c');
        INDArray gate = columns(x, c, c).dup('c');
        INDArray work = allocate(gradOut.shape());
        Activations.forward(Activation.GELU, gate, work);
        multiply(gradOut, work, columns(gradX, 0, c));
        Activations.backward(Activation.GELU, gate, gradOut, work);
        multiply(work, value, columns(gradX, c, c));
    }

    /** Adds float32 sums of short strips in double: one long float32 sum would lose digits. */
    static double sumOfSquares(INDArray x) {
        INDArray flat = Operations.view(x, x.length());
        long strips = x.length() / SUM_WIDTH;
        long rest = x.length() - strips * SUM_WIDTH;
        double sum = 0;
        if (strips > 0) {
            INDArray whole = flat.get(NDArrayIndex.interval(0, strips * SUM_WIDTH));
            INDArray squares = Nd4j.exec(new SquaredNorm(Operations.view(whole, strips, SUM_WIDTH), false, 1));
            for (float s : squares.toFloatVector()) {
                sum += s;
            }
        }
        if (rest > 0) {
            INDArray end = flat.get(NDArrayIndex.interval(strips * SUM_WIDTH, x.length()));
            sum += Nd4j.exec(new SquaredNorm(end, false, 0)).getFloat(0);
        }
        return sum;
    }
}
