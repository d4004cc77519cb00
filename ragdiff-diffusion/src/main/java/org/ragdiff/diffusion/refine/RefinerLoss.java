package org.ragdiff.diffusion.refine;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * What the corrected outlines lack of an IoU of 1, in its differentiable form with soft masks (Rahman and Wang 2016),
 * plus Huber's distance of the fields near the outline; both at twice the fields' side, where results are outlined.
 * Computed on the heap. Stateless.
 */
final class RefinerLoss {
    /** Distances in cells that count as further ones do. */
    private static final float FAR = 8;
    /** Of the soft masks' edges: one over the side of a fine cell. */
    private static final double SHARPNESS = 2;

    private static final int CELLS = RefinerInputs.CELLS;

    private RefinerLoss() {}

    /**
     * The loss and what came of it.
     *
     * @param iou mean over samples, of corrected landmarks
     * @param landmarkIou likewise, before the correction
     */
    record Result(Var loss, double iou, double landmarkIou) {}

    /** @param corrections [B, side, side, 1] in cells */
    static Result of(Tape t, Var corrections, RefinerBatch batch, RefinerTrainingOptions options) {
        float[] field = HostArrays.read(corrections.value());
        for (int i = 0; i < field.length; i++) {
            field[i] += batch.landmarks()[i];
        }
        float[] gradient = new float[field.length];
        double loss = 0;
        double iou = 0;
        double before = 0;
        for (int b = 0; b < batch.size(); b++) {
            float[] fine = FineField.of(field, b * CELLS);
            float[] truth = Arrays.copyOfRange(batch.truth(), b * FineField.CELLS, (b + 1) * FineField.CELLS);
            float[] fineGradient = new float[FineField.CELLS];
            loss += softIou(fine, truth, fineGradient) + distance(fine, truth, fineGradient, options.fieldWeight());
            FineField.transpose(fineGradient, gradient, b * CELLS);
            iou += iou(fine, truth);
            before += iou(FineField.of(batch.landmarks(), b * CELLS), truth);
        }
        float share = 1f / batch.size();
        INDArray out = t.allocate(1);
        HostArrays.writeScalar(out, share * loss);
        Var recorded = t.record(
                out,
                grad -> {
                    float up = share * HostArrays.readScalar(grad);
                    for (int i = 0; i < gradient.length; i++) {
                        gradient[i] *= up;
                    }
                    INDArray g = t.allocate(corrections.shape());
                    HostArrays.write(g, gradient);
                    t.accumulate(corrections, g);
                },
                corrections);
        return new Result(recorded, iou / batch.size(), before / batch.size());
    }

    /** 1 − IoU of the mask that falls from 1 to 0 within a few fine cells of the outline; adds its gradient. */
    private static double softIou(float[] field, float[] truth, float[] gradient) {
        double both = 0;
        double either = 1e-6;
        for (int i = 0; i < field.length; i++) {
            double p = inside(field[i]);
            boolean y = truth[i] < 0;
            both += y ? p : 0;
            either += y ? 1 : p;
        }
        for (int i = 0; i < field.length; i++) {
            double p = inside(field[i]);
            double slope = truth[i] < 0 ? 1 / either : -both / (either * either);
            gradient[i] += (float) (SHARPNESS * slope * p * (1 - p));
        }
        return 1 - both / either;
    }

    private static double inside(float cells) {
        return 1 / (1 + Math.exp(SHARPNESS * cells));
    }

    private static double distance(float[] field, float[] truth, float[] gradient, double weight) {
        double sum = 0;
        double each = weight / field.length;
        for (int i = 0; i < field.length; i++) {
            double d = field[i] - Math.max(-FAR, Math.min(FAR, truth[i]));
            boolean beyond = Math.abs(truth[i]) >= FAR && d * truth[i] >= 0;
            if (!beyond) {
                sum += Math.abs(d) < 1 ? 0.5 * d * d : Math.abs(d) - 0.5;
                gradient[i] += (float) (each * (Math.abs(d) < 1 ? d : Math.signum(d)));
            }
        }
        return each * sum;
    }

    private static double iou(float[] field, float[] truth) {
        int both = 0;
        int either = 0;
        for (int i = 0; i < field.length; i++) {
            boolean said = field[i] < 0;
            boolean is = truth[i] < 0;
            both += said && is ? 1 : 0;
            either += said || is ? 1 : 0;
        }
        return either == 0 ? 1 : (double) both / either;
    }
}
