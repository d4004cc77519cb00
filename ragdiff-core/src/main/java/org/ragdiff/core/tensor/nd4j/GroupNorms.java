package org.ragdiff.core.tensor.nd4j;

import static org.ragdiff.core.tensor.nd4j.Operations.add;
import static org.ragdiff.core.tensor.nd4j.Operations.allocate;
import static org.ragdiff.core.tensor.nd4j.Operations.filled;
import static org.ragdiff.core.tensor.nd4j.Operations.matmul;
import static org.ragdiff.core.tensor.nd4j.Operations.multiply;
import static org.ragdiff.core.tensor.nd4j.Operations.subtract;
import static org.ragdiff.core.tensor.nd4j.Operations.sumOfTokens;
import static org.ragdiff.core.tensor.nd4j.Operations.view;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.ragdiff.core.tensor.Activation;

/**
 * Group normalisation (Wu and He 2018) of x [N, T, C]; layer normalisation (Ba et al. 2016) is the same with
 * one token and one group. Variances are biased and computed from centred values. Whatever is constant over
 * tokens is a row [N, 1, C].
 */
final class GroupNorms {
    private final long n;
    private final long tokens;
    private final long channels;
    private final long groups;

    GroupNorms(INDArray x, int groups) {
        this.n = x.size(0);
        this.channels = x.size(x.rank() - 1);
        this.tokens = x.length() / (n * channels);
        this.groups = groups;
    }

    /** Rows [M, C], each normalised by itself. */
    static GroupNorms ofRows(INDArray x) {
        return new GroupNorms(x, 1);
    }

    void forward(
            INDArray x,
            INDArray gamma,
            INDArray beta,
            float eps,
            Activation activation,
            INDArray out,
            INDArray mean,
            INDArray rstd) {
        INDArray centred = map();
        INDArray first = groupMeans(sumOfTokens(map(x), rows()));
        subtract(map(x), spread(first), centred);
        // Once more: a large mean leaves a rounding error that the values' own scale does not bound.
        INDArray second = groupMeans(sumOfTokens(centred, rows()));
        subtract(centred, spread(second), centred);
        INDArray y = map(out);
        multiply(centred, centred, y);
        INDArray variance = groupMeans(sumOfTokens(y, rows()));
        view(mean, n, groups).assign(first.addi(second));
        view(rstd, n, groups).assign(Transforms.sqrt(variance.addi(eps), false).rdivi(1));
        add(multiply(centred, scale(gamma, rstd), y), view(beta, 1, 1, channels), y);
        if (activation != Activation.NONE) {
            Activations.forward(activation, y, y);
        }
    }

    void backward(
            INDArray x,
            INDArray gamma,
            INDArray beta,
            Activation activation,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta) {
        INDArray hat = subtract(map(x), spread(mean), map());
        multiply(hat, spread(rstd), hat);
        INDArray up = map(gradOut);
        INDArray work = map();
        if (activation != Activation.NONE) {
            add(multiply(hat, view(gamma, 1, 1, channels), work), view(beta, 1, 1, channels), work);
            up = map();
            Activations.backward(activation, work, map(gradOut), up);
        }
        INDArray sums = sumOfTokens(up, rows());
        INDArray hatSums = sumOfTokens(multiply(up, hat, work), rows());
        Operations.sumOfRows(sums, view(gradBeta, 1, channels));
        Operations.sumOfRows(hatSums, view(gradGamma, 1, channels));
        // gradX = rstd · (γ·up − mean(γ·up) − hat · mean(γ·up·hat)), means over the group.
        INDArray weights = view(gamma, 1, channels);
        INDArray offset = groupMeans(multiply(sums, weights, sums));
        INDArray slope = groupMeans(multiply(hatSums, weights, hatSums));
        INDArray gx = map(gradX);
        multiply(up, view(gamma, 1, 1, channels), gx);
        subtract(gx, spread(offset), gx);
        subtract(gx, multiply(hat, spread(slope), hat), gx);
        multiply(gx, spread(rstd), gx);
    }

    private INDArray map() {
        return allocate(n, tokens, channels);
    }

    private INDArray map(INDArray x) {
        return view(x, n, tokens, channels);
    }

    private INDArray rows() {
        return allocate(n, channels);
    }

    /** Means [N, groups] from sums over tokens [N, C]. */
    private INDArray groupMeans(INDArray sums) {
        long width = channels / groups;
        INDArray perGroup = view(sums, n * groups, width);
        INDArray means = allocate(n * groups, 1);
        matmul(perGroup, false, filled(1, width, 1), false, 1.0 / (width * tokens), 0, means);
        return view(means, n, groups);
    }

    /** A row [N, 1, C] from a value for each group. */
    private INDArray spread(INDArray perGroup) {
        return times(filled(1, 1, groups, channels / groups), perGroup);
    }

    /** γ · rstd as a row. */
    private INDArray scale(INDArray gamma, INDArray rstd) {
        return times(view(gamma, 1, groups, channels / groups), rstd);
    }

    private INDArray times(INDArray perChannel, INDArray perGroup) {
        INDArray out = allocate(n, groups, channels / groups);
        multiply(perChannel, view(perGroup, n, groups, 1), out);
        return view(out, n, 1, channels);
    }
}
