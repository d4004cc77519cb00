package org.ragdiff.cli.retrieval;

import java.util.List;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.StandardGarment;

/**
 * Baseline: 8 · 8 · 8 bins of RGB (Swain and Ballard 1991) inside the garment's true mask in the photo and inside
 * the standard silhouettes, compared by the Bhattacharyya coefficient. Stateless.
 */
final class ColourHistogram implements PhotoDescriptor {
    private static final int BINS = 8;

    @Override
    public String name() {
        return "colour histogram";
    }

    @Override
    public List<float[]> photos(List<GarmentPair> pairs) {
        return pairs.stream()
                .map(p -> of(p.wild(), p.garmentInPhoto().orElseThrow()))
                .toList();
    }

    @Override
    public List<float[]> standards(List<StandardGarment> garments) {
        return garments.stream().map(g -> of(g.standard(), g.silhouette())).toList();
    }

    /** Roots of the shares of the bins: their inner product is the coefficient. */
    static float[] of(RgbImage image, Silhouette mask) {
        double[] counts = new double[BINS * BINS * BINS];
        int inside = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                if (mask.at(x, y)) {
                    int bin = 0;
                    for (int c = 0; c < 3; c++) {
                        bin = bin * BINS + image.at(x, y, c) * BINS / 256;
                    }
                    counts[bin]++;
                    inside++;
                }
            }
        }
        float[] out = new float[counts.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) Math.sqrt(counts[i] / Math.max(1, inside));
        }
        return out;
    }
}
