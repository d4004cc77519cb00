package org.ragdiff.core.tensor.nd4j;

import static org.ragdiff.core.tensor.nd4j.Operations.allocate;
import static org.ragdiff.core.tensor.nd4j.Operations.filled;
import static org.ragdiff.core.tensor.nd4j.Operations.matmul;
import static org.ragdiff.core.tensor.nd4j.Operations.view;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.ragdiff.core.tensor.Convolution;

/**
 * Convolution as a matrix product with the unfolded image (Chellapilla et al. 2006), one sample at a time so
 * that the unfolded image stays small. ND4J's own convolution refuses these weights' layout backwards and
 * knows no padding that differs from side to side.
 */
final class Convolutions {
    private Convolutions() {}

    static void forward(INDArray x, INDArray w, INDArray bias, Convolution g, INDArray out) {
        long co = w.size(0);
        INDArray weights = view(w, co, w.length() / co);
        Unfolding unfolding = new Unfolding(x.shape(), w.shape(), out.shape(), g);
        for (long n = 0; n < x.size(0); n++) {
            INDArray pixels = view(out.slice(n), unfolding.pixels(), co);
            matmul(unfolding.unfold(x.slice(n)), true, weights, true, 1, 0, pixels);
        }
        if (bias != null) {
            INDArray rows = view(out, out.length() / co, co);
            Operations.add(rows, view(bias, 1, co), rows);
        }
    }

    static void backwardData(INDArray gradOut, INDArray w, Convolution g, INDArray gradX) {
        long co = w.size(0);
        INDArray weights = view(w, co, w.length() / co);
        Unfolding unfolding = new Unfolding(gradX.shape(), w.shape(), gradOut.shape(), g);
        INDArray patches = allocate(unfolding.pixels(), w.length() / co);
        for (long n = 0; n < gradX.size(0); n++) {
            matmul(view(gradOut.slice(n), unfolding.pixels(), co), false, weights, false, 1, 0, patches);
            unfolding.fold(patches, gradX.slice(n));
        }
    }

    static void backwardWeights(INDArray x, INDArray gradOut, Convolution g, INDArray gradW, INDArray gradBias) {
        long co = gradW.size(0);
        INDArray weights = view(gradW, co, gradW.length() / co);
        Unfolding unfolding = new Unfolding(x.shape(), gradW.shape(), gradOut.shape(), g);
        for (long n = 0; n < x.size(0); n++) {
            INDArray pixels = view(gradOut.slice(n), unfolding.pixels(), co);
            matmul(pixels, true, unfolding.unfold(x.slice(n)), true, 1, n == 0 ? 0 : 1, weights);
        }
        if (gradBias != null) {
            Operations.sumOfRows(view(gradOut, gradOut.length() / co, co), view(gradBias, 1, co));
        }
    }

    /** One sample [H, W, Ci] and its patches: what each weight [Ci, kh, kw] meets at each output pixel. */
    private static final class Unfolding {
        private final long height;
        private final long width;
        private final long channels;
        private final long kernelHeight;
        private final long kernelWidth;
        private final long outHeight;
        private final long outWidth;
        private final Convolution geometry;
        private INDArray image;
        private INDArray inside;
        private INDArray patches;

        Unfolding(long[] x, long[] w, long[] out, Convolution geometry) {
            this.height = x[1];
            this.width = x[2];
            this.channels = x[3];
            this.kernelHeight = w[2];
            this.kernelWidth = w[3];
            this.outHeight = out[1];
            this.outWidth = out[2];
            this.geometry = geometry;
        }

        long pixels() {
            return outHeight * outWidth;
        }

        /** [Ci·kh·kw, pixels]; overwritten by the next call. */
        INDArray unfold(INDArray sample) {
            if (image == null) {
                // Channels first and dense: im2col takes five times as long from strided images. Padded here,
                // because im2col pads both sides alike.
                image = filled(
                        0,
                        1,
                        channels,
                        geometry.top() + height + geometry.bottom(),
                        geometry.left() + width + geometry.right());
                inside = image.get(
                        NDArrayIndex.point(0),
                        NDArrayIndex.all(),
                        NDArrayIndex.interval(geometry.top(), geometry.top() + height),
                        NDArrayIndex.interval(geometry.left(), geometry.left() + width));
                patches = allocate(1, channels, kernelHeight, kernelWidth, outHeight, outWidth);
            }
            inside.assign(sample.permute(2, 0, 1));
            Operations.run(
                    "im2col",
                    patches,
                    new INDArray[] {image},
                    (int) kernelHeight,
                    (int) kernelWidth,
                    geometry.stride(),
                    geometry.stride(),
                    0,
                    0,
                    1,
                    1,
                    0);
            return view(patches, channels * kernelHeight * kernelWidth, pixels());
        }

        /** Adds patches [pixels, Ci·kh·kw] up to a sample, which is overwritten. */
        void fold(INDArray patches, INDArray sample) {
            INDArray unfolded = view(patches, 1, outHeight, outWidth, channels, kernelHeight, kernelWidth)
                    .permute(0, 3, 4, 5, 1, 2);
            Operations.run(
                    "col2im",
                    view(sample, 1, height, width, channels).permute(0, 3, 1, 2),
                    new INDArray[] {unfolded},
                    geometry.stride(),
                    geometry.stride(),
                    geometry.top(),
                    geometry.left(),
                    (int) height,
                    (int) width,
                    1,
                    1,
                    0);
        }
    }
}
