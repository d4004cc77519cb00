package org.ragdiff.core.tensor.nd4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The ND4J operations that the kernels are made of, into arrays of the caller. Shapes broadcast as in
 * NumPy. Strides are free, so that slices of channels are used where they lie.
 */
final class Operations {
    private Operations() {}

    /** Uninitialised; in the active workspace if there is one. */
    static INDArray allocate(long... shape) {
        return Nd4j.createUninitialized(DataType.FLOAT, shape);
    }

    static INDArray filled(double value, long... shape) {
        return Nd4j.valueArrayOf(shape, value, DataType.FLOAT);
    }

    /** A view in another shape, never a copy. */
    static INDArray view(INDArray a, long... shape) {
        return a.reshape('c', true, shape);
    }

    /** Columns [from, from + count) of a matrix, as a view. */
    static INDArray columns(INDArray matrix, long from, long count) {
        return matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(from, from + count));
    }

    static INDArray add(INDArray a, INDArray b, INDArray out) {
        return run("add", out, a, b);
    }

    static INDArray subtract(INDArray a, INDArray b, INDArray out) {
        return run("subtract", out, a, b);
    }

    static INDArray multiply(INDArray a, INDArray b, INDArray out) {
        return run("multiply", out, a, b);
    }

    /** out = alpha · op(a) · op(b) + beta · out, for matrices or batches of them; beta 0 ignores out's content. */
    static INDArray matmul(
            INDArray a, boolean transposeA, INDArray b, boolean transposeB, double alpha, double beta, INDArray out) {
        Nd4j.exec(DynamicCustomOp.builder("matmul")
                .addInputs(a, b)
                .addOutputs(out)
                .addFloatingPointArguments(alpha, beta)
                .addIntegerArguments(transposeA ? 1 : 0, transposeB ? 1 : 0, 0)
                .build());
        return out;
    }

    /** Softmax over the last dimension; out may be x. */
    static INDArray softmax(INDArray x, INDArray out) {
        return run("softmax", out, new INDArray[] {x}, x.rank() - 1);
    }

    /** The sum of the rows of x [M, C] as [1, C]: a product with ones adds in blocks, hence exactly enough. */
    static INDArray sumOfRows(INDArray x, INDArray out) {
        return matmul(filled(1, 1, x.size(0)), false, x, false, 1, 0, out);
    }

    /** Σ over tokens of x [N, T, C] into out [N, C]. */
    static INDArray sumOfTokens(INDArray x, INDArray out) {
        if (x.size(1) == 1) {
            return out.assign(view(x, x.size(0), x.size(2)));
        }
        INDArray ones = filled(1, 1, x.size(1));
        for (long n = 0; n < x.size(0); n++) {
            matmul(ones, false, x.slice(n), false, 1, 0, view(out.slice(n), 1, x.size(2)));
        }
        return out;
    }

    static INDArray run(String operation, INDArray out, INDArray... in) {
        return run(operation, out, in, new int[0]);
    }

    static INDArray run(String operation, INDArray out, INDArray[] in, int... integers) {
        Nd4j.exec(DynamicCustomOp.builder(operation)
                .addInputs(in)
                .addOutputs(out)
                .addIntegerArguments(integers)
                .build());
        return out;
    }
}
