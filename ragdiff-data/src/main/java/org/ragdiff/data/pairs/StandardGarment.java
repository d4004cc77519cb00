package org.ragdiff.data.pairs;

import java.util.Objects;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * One garment in the standard frame. Immutable.
 *
 * @param standard square, on white
 * @param silhouette of {@code standard}, same size
 * @param attributes what is known
 * @param id unique within its store
 * @param group sender, or the garment's own id
 */
public record StandardGarment(
        RgbImage standard, Silhouette silhouette, GarmentAttributes attributes, String id, String group) {
    public StandardGarment {
        Objects.requireNonNull(standard, "standard");
        Objects.requireNonNull(silhouette, "silhouette");
        Objects.requireNonNull(attributes, "attributes");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(group, "group");
        if (silhouette.width() != standard.width() || silhouette.height() != standard.height()) {
            throw new IllegalArgumentException("standard is " + standard.width() + "x" + standard.height()
                    + ", its silhouette " + silhouette.width() + "x" + silhouette.height());
        }
    }
}
