package org.ragdiff.diffusion.align;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Huber's distance of the photo's colours, in the light that the network has found, from the standard image's: means
 * of cells that show nothing but the garment, in [0, 1]. Computed on the heap. Stateless.
 */
final class LightLoss {
    /** Share of a cell above which all of it counts as garment: 1, less what sums of pixels' shares lose. */
    private static final float FULL = 0.999f;

    private LightLoss() {}

    /**
     * The loss and what it consists of.
     *
     * @param colourError mean absolute difference of a channel
     * @param photoError the same of the photo as it is
     */
    record Result(Var loss, double colourError, double photoError) {}

    /** @param light [N, side, side, 3], see {@link PhotoLight} */
    static Result of(Tape t, Var light, AlignmentBatch batch, AlignmentTrainingOptions options) {
        float[] logGain = HostArrays.read(light.value());
        int side = (int) light.size(1);
        int cells = batch.cells();
        int n = batch.seen().length;
        double[] gradient = new double[logGain.length];
        int full = 0;
        for (float s : batch.seen()) {
            full += s > FULL ? 1 : 0;
        }
        double scale = options.lightWeight() / Math.max(1, 3 * full);
        double loss = 0;
        double after = 0;
        double before = 0;
        float[] photo = cellMeans(batch);
        int[] nodes = new int[PhotoLight.CORNERS];
        double[] shares = new double[PhotoLight.CORNERS];
        for (int i = 0; i < n; i++) {
            if (batch.seen()[i] <= FULL) {
                continue;
            }
            PhotoLight.corners((i % cells + 0.5) / cells, (i / cells % cells + 0.5) / cells, side, nodes, shares);
            int first = i / (cells * cells) * side * side;
            for (int c = 0; c < 3; c++) {
                double l = 0;
                for (int k = 0; k < PhotoLight.CORNERS; k++) {
                    l += shares[k] * logGain[3 * (first + nodes[k]) + c];
                }
                double seen = photo[3 * i + c];
                double target = batch.colours()[3 * i + c];
                double lit = seen * Math.exp(l);
                double d = lit - target;
                loss += AlignmentLoss.huber(d, options.positionBeta());
                after += Math.abs(d);
                before += Math.abs(seen - target);
                double g = scale * AlignmentLoss.slope(d, options.positionBeta()) * lit;
                for (int k = 0; k < PhotoLight.CORNERS; k++) {
                    gradient[3 * (first + nodes[k]) + c] += shares[k] * g;
                }
            }
        }
        INDArray out = t.allocate(1);
        HostArrays.writeScalar(out, scale * loss);
        Var recorded = t.record(
                out,
                grad -> {
                    float up = HostArrays.readScalar(grad);
                    float[] scaled = new float[gradient.length];
                    for (int i = 0; i < scaled.length; i++) {
                        scaled[i] = (float) (up * gradient[i]);
                    }
                    AlignmentLoss.accumulate(t, light, scaled);
                },
                light);
        int values = Math.max(1, 3 * full);
        return new Result(recorded, after / values, before / values);
    }

    /** Mean colours of the photos' cells [B, cells, cells, 3] in [0, 1]. */
    private static float[] cellMeans(AlignmentBatch batch) {
        int cells = batch.cells();
        int side = (int) Math.round(Math.sqrt(batch.photos().length / (3.0 * batch.size())));
        int per = side / cells;
        float share = 0.5f / (per * per);
        float[] out = new float[3 * batch.seen().length];
        for (int p = 0; p < batch.photos().length / 3; p++) {
            int sample = p / (side * side);
            int cell = sample * cells * cells + p / side % side / per * cells + p % side / per;
            for (int c = 0; c < 3; c++) {
                out[3 * cell + c] += share * (batch.photos()[3 * p + c] + 1);
            }
        }
        return out;
    }
}
