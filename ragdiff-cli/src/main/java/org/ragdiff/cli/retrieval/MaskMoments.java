package org.ragdiff.cli.retrieval;

import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Moments;
import org.ragdiff.core.Silhouette;
import org.ragdiff.data.opencv.MatImages;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.StandardGarment;

/**
 * Baseline: Hu's seven invariants (1962) of the garment's true mask in the photo against those of the standard
 * silhouettes, as signed logarithms; the nearest in Euclidean distance. Stateless.
 */
final class MaskMoments implements PhotoDescriptor {
    private static final int INVARIANTS = 7;
    /** Below this an invariant is noise. */
    private static final double LEAST = 1e-12;

    @Override
    public String name() {
        return "moments of the photo's mask";
    }

    @Override
    public List<float[]> photos(List<GarmentPair> pairs) {
        return pairs.stream().map(p -> of(p.garmentInPhoto().orElseThrow())).toList();
    }

    @Override
    public List<float[]> standards(List<StandardGarment> garments) {
        return garments.stream().map(g -> of(g.silhouette())).toList();
    }

    static float[] of(Silhouette mask) {
        float[] out = new float[INVARIANTS];
        try (Mat mat = MatImages.toMat(mask);
                Moments moments = opencv_imgproc.moments(mat, true);
                DoublePointer hu = new DoublePointer(INVARIANTS)) {
            opencv_imgproc.HuMoments(moments, hu);
            for (int i = 0; i < INVARIANTS; i++) {
                double h = hu.get(i);
                out[i] = (float) (Math.signum(h) * -Math.log10(Math.max(LEAST, Math.abs(h))));
            }
        }
        return out;
    }

    @Override
    public double similarity(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum -= (double) (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
