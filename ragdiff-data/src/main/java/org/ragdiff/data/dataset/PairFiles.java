package org.ragdiff.data.dataset;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.ragdiff.core.GarmentAttributes;

/**
 * Where a pair lies. Immutable.
 *
 * @param id of the garment; several pairs of one garment share it
 * @param group splits never divide it
 * @param photo empty if there is none, and photos are made
 * @param photoMask where the photo shows the garment, if that is known
 * @param flat the garment alone, on white or nearly white ground
 * @param flatMask of {@code flat}, light inside; empty if the ground tells it
 * @param attributes what is known of the garment
 * @param hiddenShare share of the garment that the photo hides, in [0, 1]; 0 if unknown
 */
public record PairFiles(
        String id,
        String group,
        Optional<Path> photo,
        Optional<LabelMap> photoMask,
        Path flat,
        Optional<Path> flatMask,
        GarmentAttributes attributes,
        double hiddenShare) {
    /**
     * A PNG of class numbers.
     *
     * @param labels the garment's
     */
    public record LabelMap(Path file, Set<Integer> labels) {
        public LabelMap {
            Objects.requireNonNull(file, "file");
            labels = Set.copyOf(labels);
        }
    }

    public PairFiles {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(photo, "photo");
        Objects.requireNonNull(photoMask, "photoMask");
        Objects.requireNonNull(flat, "flat");
        Objects.requireNonNull(flatMask, "flatMask");
        Objects.requireNonNull(attributes, "attributes");
    }
}
