package org.ragdiff.eval.perceptual;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.RgbImage;

/** A distance of two pictures that a network sees. Thread-safe until closed. */
public interface PerceptualDistance extends AutoCloseable {
    /** What is printed with every figure, such as {@code lpips/vgg16}; a stand-in's says that it is one. */
    String name();

    /** SHA-256 of layout and weights, in hex: figures of equal fingerprints can be compared. */
    String fingerprint();

    /**
     * @param a 8-bit sRGB, of one size with b; a side of at least 32 is enough for every layout
     * @return 0 for equal pictures
     * @throws IllegalArgumentException if sizes differ or are too small for the network
     */
    double of(RgbImage a, RgbImage b);

    /**
     * Of many pairs.
     *
     * @throws IllegalArgumentException if there are more of one than of the other
     */
    default List<Double> of(List<RgbImage> a, List<RgbImage> b) {
        if (a.size() != b.size()) {
            throw new IllegalArgumentException(
                    "pictures are compared one by one, got " + a.size() + " and " + b.size());
        }
        List<Double> out = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            out.add(of(a.get(i), b.get(i)));
        }
        return out;
    }

    @Override
    void close();
}
