package org.ragdiff.cli.parity;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;

/** How a tensor lies in the fixtures, and how here: channels and heads come first there, last here. */
enum OpLayout {
    PLAIN,
    /** [N, C, H, W] there, [N, H, W, C] here. */
    MAP,
    /** [N, heads, T, D] there, [N, T, heads · D] here. */
    HEADS;

    /** A new array, dense in 'c' order. */
    INDArray ours(INDArray theirs) {
        return switch (this) {
            case PLAIN -> theirs.dup('c');
            case MAP -> theirs.permute(0, 2, 3, 1).dup('c');
            case HEADS ->
                theirs.permute(0, 2, 1, 3)
                        .dup('c')
                        .reshape('c', theirs.size(0), theirs.size(2), theirs.size(1) * theirs.size(3));
        };
    }

    /**
     * Values in the order of the fixture.
     *
     * @param shape of the fixture's tensor
     */
    double[] theirs(INDArray ours, long[] shape) {
        int rank = this == PLAIN ? shape.length : 4;
        long n = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (shape.length != rank || n != ours.length()) {
            throw new FixtureException("the result has shape " + Arrays.toString(ours.shape()) + ", the fixture's is "
                    + Arrays.toString(shape));
        }
        INDArray a =
                switch (this) {
                    case PLAIN -> ours;
                    case MAP -> ours.permute(0, 3, 1, 2);
                    case HEADS ->
                        ours.reshape('c', shape[0], shape[2], shape[1], shape[3])
                                .permute(0, 2, 1, 3);
                };
        return Deviation.widen(HostArrays.read(a.dup('c')));
    }
}
