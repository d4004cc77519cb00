package org.ragdiff.diffusion.align;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Cross-entropy of the mask over all cells plus Huber's distance of the positions over the cells that show the
 * garment, each weighted by how much of it they show. Computed on the heap. Stateless.
 */
final class AlignmentLoss {
    private AlignmentLoss() {}

    /**
     * The loss and what it consists of.
     *
     * @param positionError mean distance of seen cells, in fractions of the frame's side
     * @param maskIou of cells, cut at one half
     */
    record Result(Var loss, double maskEntropy, double positionError, double maskIou) {}

    static Result of(Tape t, AlignmentNet.Output output, AlignmentBatch batch, AlignmentTrainingOptions options) {
        float[] o = HostArrays.read(output.cells().value());
        float[] affine = HostArrays.read(output.affine().value());
        int n = batch.seen().length;
        int cells = batch.cells();
        double seenSum = 1e-6;
        for (float s : batch.seen()) {
            seenSum += s;
        }
        float[] gradient = new float[o.length];
        double[] whole = new double[affine.length];
        double entropy = 0;
        double position = 0;
        double distance = 0;
        long both = 0;
        long either = 0;
        double scale = options.positionWeight() / seenSum;
        for (int i = 0; i < n; i++) {
            double logit = o[3 * i];
            double target = batch.seen()[i];
            entropy += Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)));
            gradient[3 * i] = (float) ((1 / (1 + Math.exp(-logit)) - target) / n);
            boolean said = logit > 0;
            boolean is = target > 0.5;
            both += said && is ? 1 : 0;
            either += said || is ? 1 : 0;
            double px = (i % cells + 0.5) / cells;
            double py = (i / cells % cells + 0.5) / cells;
            int a = i / (cells * cells) * AlignmentNet.AFFINE;
            double dx = px + along(affine, a, px, py) + o[3 * i + 1] - batch.x()[i];
            double dy = py + along(affine, a + 3, px, py) + o[3 * i + 2] - batch.y()[i];
            position += target * (huber(dx, options.positionBeta()) + huber(dy, options.positionBeta()));
            distance += target * Math.hypot(dx, dy);
            double gx = scale * target * slope(dx, options.positionBeta());
            double gy = scale * target * slope(dy, options.positionBeta());
            gradient[3 * i + 1] = (float) gx;
            gradient[3 * i + 2] = (float) gy;
            add(whole, a, gx, px, py);
            add(whole, a + 3, gy, px, py);
        }
        double loss = entropy / n + scale * position;
        INDArray out = t.allocate(1);
        HostArrays.writeScalar(out, loss);
        Var recorded = t.record(
                out,
                grad -> {
                    float up = HostArrays.readScalar(grad);
                    for (int i = 0; i < gradient.length; i++) {
                        gradient[i] *= up;
                    }
                    float[] scaled = new float[whole.length];
                    for (int i = 0; i < whole.length; i++) {
                        scaled[i] = (float) (up * whole[i]);
                    }
                    accumulate(t, output.cells(), gradient);
                    accumulate(t, output.affine(), scaled);
                },
                output.cells(),
                output.affine());
        return new Result(recorded, entropy / n, distance / seenSum, either == 0 ? 1 : (double) both / either);
    }

    /** One row of an affine map at a place of the photo. */
    static double along(float[] affine, int at, double px, double py) {
        return affine[at] + affine[at + 1] * (px - 0.5) + affine[at + 2] * (py - 0.5);
    }

    private static void add(double[] affine, int at, double gradient, double px, double py) {
        affine[at] += gradient;
        affine[at + 1] += gradient * (px - 0.5);
        affine[at + 2] += gradient * (py - 0.5);
    }

    private static void accumulate(Tape t, Var x, float[] gradient) {
        INDArray g = t.allocate(x.shape());
        HostArrays.write(g, gradient);
        t.accumulate(x, g);
    }

    private static double huber(double d, double beta) {
        double a = Math.abs(d);
        return a < beta ? 0.5 * d * d / beta : a - 0.5 * beta;
    }

    private static double slope(double d, double beta) {
        return Math.abs(d) < beta ? d / beta : Math.signum(d);
    }
}
