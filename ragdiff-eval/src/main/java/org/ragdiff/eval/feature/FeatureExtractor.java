package org.ragdiff.eval.feature;

import java.util.List;
import org.ragdiff.core.RgbImage;

/**
 * A network that turns pictures into feature vectors, with the resizing and scaling of pixels that it asks for.
 * Thread-safe.
 */
public interface FeatureExtractor extends AutoCloseable {
    /** What is printed with every figure, such as {@code clip-vit-b-32}; a stand-in's says that it is one. */
    String name();

    /** SHA-256 of weights and preparation, in hex: features of equal fingerprints can be compared. */
    String fingerprint();

    /** Elements of a vector. */
    int dimension();

    /**
     * @param images of any sizes, 1 or more; not modified
     * @return one row for each, in their order
     * @throws IllegalArgumentException if a picture does not suit the network or yields no finite vector; its
     *     place in the list is named
     */
    Features extract(List<RgbImage> images);

    @Override
    default void close() {}
}
