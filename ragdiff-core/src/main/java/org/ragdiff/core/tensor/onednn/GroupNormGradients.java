package org.ragdiff.core.tensor.onednn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/**
 * Gradients of group normalisation, composed of pointwise passes, sums over tokens and a little arithmetic on
 * [N, C] statistics between them: oneDNN's own primitive takes a hundred times as long. All passes go over a
 * few samples before the next ones, which then lie in the cache. One object serves one call.
 */
final class GroupNormGradients {
    private static final long CACHED_BYTES = 1L << 20;

    private final ExecutionState s;
    private final int n;
    private final int t;
    private final int c;
    private final int groups;
    private final int width;
    private final int chunk;
    private final float[] gamma;
    private final float[] beta;
    private final Activation activation;

    private GroupNormGradients(
            ExecutionState s, INDArray x, INDArray gamma, INDArray beta, int groups, Activation activation) {
        this.s = s;
        this.n = Math.toIntExact(x.size(0));
        this.c = Math.toIntExact(x.size(x.rank() - 1));
        this.t = Math.toIntExact(x.length() / n / c);
        this.groups = groups;
        this.width = c / groups;
        this.chunk = (int) Math.max(1, Math.min(n, CACHED_BYTES / (map() * Float.BYTES)));
        this.gamma = HostArrays.read(gamma);
        this.beta = HostArrays.read(beta);
        this.activation = activation;
    }

    private long map() {
        return (long) t * c;
    }

    /** Sample i of [N, T, C]. */
    private long sample(long base, int i) {
        return base + i * map() * Float.BYTES;
    }

    /** A value for each channel of the samples at hand, in scratch memory. */
    private long table(int index, float[] values) {
        long address = s.workspace().floats(Slot.STATISTICS, 3L * chunk * c) + (long) index * chunk * c * Float.BYTES;
        Workspace.write(address, values);
        return address;
    }

    /** out = (x − mean) · rstd · gamma + beta. */
    private void normalise(RowOperations rows, long x, float[] means, float[] rstds, int at, long out) {
        float[] factor = new float[(int) rows.n() * c];
        float[] offset = new float[factor.length];
        for (int i = 0; i < factor.length; i++) {
            int g = at + i / width;
            double f = (double) rstds[g] * gamma[i % c];
            factor[i] = (float) f;
            offset[i] = (float) (beta[i % c] - means[g] * (double) factor[i]);
        }
        rows.multiply(x, table(0, factor), out);
        rows.add(out, table(1, offset), out);
    }

    static void backward(
            ExecutionState s,
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            Activation activation,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta) {
        GroupNormGradients g = new GroupNormGradients(s, x, gamma, beta, groups, activation);
        float[] means = HostArrays.read(mean);
        float[] rstds = HostArrays.read(rstd);
        double[] gammaSum = new double[g.c];
        double[] betaSum = new double[g.c];
        for (int from = 0; from < g.n; from += g.chunk) {
            RowOperations rows = new RowOperations(s, Math.min(g.chunk, g.n - from), g.t, g.c);
            long source = g.sample(RawAddress.of(x), from);
            long target = g.sample(RawAddress.of(gradX), from);
            long grad = g.throughActivation(
                    rows, source, means, rstds, from * groups, g.sample(RawAddress.of(gradOut), from));
            g.backward(rows, source, grad, means, rstds, from * groups, target, gammaSum, betaSum);
        }
        HostArrays.write(gradGamma, floats(gammaSum));
        HostArrays.write(gradBeta, floats(betaSum));
    }

    /** The gradient of what went into the activation, which is recomputed. */
    private long throughActivation(RowOperations rows, long x, float[] means, float[] rstds, int at, long gradOut) {
        if (activation == Activation.NONE) {
            return gradOut;
        }
        long normalised = s.workspace().floats(Slot.MAP_A, chunk * map());
        long grad = s.workspace().floats(Slot.MAP_B, chunk * map());
        normalise(rows, x, means, rstds, at, normalised);
        ElementwiseGradients.backward(s, activation, normalised, gradOut, rows.n() * map(), grad);
        return grad;
    }

    /**
     * With g the gradient behind gamma and beta, a and b the group means of g·gamma and g·gamma·x̂:
     * gradX = rstd · (g·gamma − a − x̂·b), as three terms in g, x and 1.
     */
    private void backward(
            RowOperations rows,
            long x,
            long grad,
            float[] means,
            float[] rstds,
            int at,
            long gradX,
            double[] gammaSum,
            double[] betaSum) {
        int count = (int) rows.n();
        long scratch = s.workspace().floats(Slot.MAP_A, chunk * map());
        float[] centre = new float[count * c];
        for (int i = 0; i < centre.length; i++) {
            centre[i] = means[at + i / width];
        }
        rows.subtractThenMultiply(x, table(0, centre), grad, scratch);
        double[] gradShift = Sums.overTokens(s, grad, count, t, c);
        double[] gradScale = Sums.overTokens(s, scratch, count, t, c);
        float[] ofGrad = new float[count * c];
        float[] ofX = new float[count * c];
        float[] ofOne = new float[count * c];
        for (int g = 0; g < count * groups; g++) {
            double r = rstds[at + g];
            double a = 0;
            double b = 0;
            for (int i = g * width; i < (g + 1) * width; i++) {
                gradScale[i] *= r;
                gammaSum[i % c] += gradScale[i];
                betaSum[i % c] += gradShift[i];
                a += gamma[i % c] * gradShift[i];
                b += gamma[i % c] * gradScale[i];
            }
            double slope = -r * r * b / map() * groups;
            double constant = -r * a / map() * groups - slope * means[at + g];
            for (int i = g * width; i < (g + 1) * width; i++) {
                ofGrad[i] = (float) (r * gamma[i % c]);
                ofX[i] = (float) slope;
                ofOne[i] = (float) constant;
            }
        }
        rows.multiply(grad, table(0, ofGrad), gradX);
        rows.multiplyOnto(x, table(1, ofX), gradX);
        rows.add(gradX, table(2, ofOne), gradX);
    }

    private static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
        }
        return out;
    }
}
