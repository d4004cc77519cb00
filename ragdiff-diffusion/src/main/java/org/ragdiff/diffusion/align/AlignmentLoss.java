package org.ragdiff.diffusion.align;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Cross-entropy of both masks over all cells plus Huber's distance of the positions over the cells of the garment, those
 * that hide it at a smaller weight. Computed on the heap. Stateless.
 */
final class AlignmentLoss {
    /** Weight of the positions of what is hidden: the network can only guess them. */
    private static final double HIDDEN = 0.5;

    private static final int OUTPUTS = AlignmentNet.OUTPUTS;

    private AlignmentLoss() {}

    /**
     * The loss and what it consists of.
     *
     * @param positionError mean distance of seen cells, in fractions of the frame's side
     * @param maskEntropy of both masks
     * @param maskIou of cells that show the garment, cut at one half
     * @param wholeIou of cells that the whole garment covers
     */
    record Result(Var loss, double maskEntropy, double positionError, double maskIou, double wholeIou) {}

    static Result of(Tape t, AlignmentNet.Output output, AlignmentBatch batch, AlignmentTrainingOptions options) {
        float[] o = HostArrays.read(output.cells().value());
        float[] affine = HostArrays.read(output.affine().value());
        int n = batch.seen().length;
        int cells = batch.cells();
        double seenSum = 1e-6;
        double weightSum = 1e-6;
        for (int i = 0; i < n; i++) {
            seenSum += batch.seen()[i];
            weightSum += weight(batch, i);
        }
        float[] gradient = new float[o.length];
        double[] whole = new double[affine.length];
        double entropy = 0;
        double position = 0;
        double distance = 0;
        double scale = options.positionWeight() / weightSum;
        for (int i = 0; i < n; i++) {
            entropy += entropy(o, gradient, OUTPUTS * i, batch.seen()[i], n);
            entropy += entropy(o, gradient, OUTPUTS * i + 3, batch.whole()[i], n);
            double target = weight(batch, i);
            double px = (i % cells + 0.5) / cells;
            double py = (i / cells % cells + 0.5) / cells;
            int a = i / (cells * cells) * AlignmentNet.AFFINE;
            double dx = px + along(affine, a, px, py) + o[OUTPUTS * i + 1] - batch.x()[i];
            double dy = py + along(affine, a + 3, px, py) + o[OUTPUTS * i + 2] - batch.y()[i];
            position += target * (huber(dx, options.positionBeta()) + huber(dy, options.positionBeta()));
            distance += batch.seen()[i] * Math.hypot(dx, dy);
            double gx = scale * target * slope(dx, options.positionBeta());
            double gy = scale * target * slope(dy, options.positionBeta());
            gradient[OUTPUTS * i + 1] = (float) gx;
            gradient[OUTPUTS * i + 2] = (float) gy;
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
        return new Result(recorded, entropy / n, distance / seenSum, iou(o, 0, batch.seen()), iou(o, 3, batch.whole()));
    }

    private static double weight(AlignmentBatch batch, int cell) {
        return Math.max(batch.seen()[cell], HIDDEN * batch.whole()[cell]);
    }

    /** Of one logit; sets its gradient of the mean over {@code n} cells. */
    private static double entropy(float[] logits, float[] gradient, int at, double target, int n) {
        double logit = logits[at];
        gradient[at] = (float) ((1 / (1 + Math.exp(-logit)) - target) / n);
        return Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)));
    }

    private static double iou(float[] logits, int channel, float[] targets) {
        long both = 0;
        long either = 0;
        for (int i = 0; i < targets.length; i++) {
            boolean said = logits[OUTPUTS * i + channel] > 0;
            boolean is = targets[i] > 0.5;
            both += said && is ? 1 : 0;
            either += said || is ? 1 : 0;
        }
        return either == 0 ? 1 : (double) both / either;
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

    static void accumulate(Tape t, Var x, float[] gradient) {
        INDArray g = t.allocate(x.shape());
        HostArrays.write(g, gradient);
        t.accumulate(x, g);
    }

    static double huber(double d, double beta) {
        double a = Math.abs(d);
        return a < beta ? 0.5 * d * d / beta : a - 0.5 * beta;
    }

    static double slope(double d, double beta) {
        return Math.abs(d) < beta ? d / beta : Math.signum(d);
    }
}
