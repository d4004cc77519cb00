package org.ragdiff.data.pairs;

import java.util.Objects;
import java.util.Optional;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.data.wild.FramePositions;

/**
 * A wild photo of a garment and the truth about it. Immutable.
 *
 * @param wild the photo, square
 * @param standard the garment's standard image, square
 * @param silhouette of {@code standard}, same size
 * @param attributes what is known of the garment
 * @param id the garment's; several pairs of one garment share it
 * @param group the garment's sender (or itself): splits never divide a group
 * @param hiddenShare share of the garment that the photo does not show, in [0, 1]
 * @param garmentInPhoto where {@code wild} shows the garment, same size as it, if known
 * @param positions where the pixels of {@code wild} lie in the standard frame, if known
 */
public record GarmentPair(
        RgbImage wild,
        RgbImage standard,
        Silhouette silhouette,
        GarmentAttributes attributes,
        String id,
        String group,
        double hiddenShare,
        Optional<Silhouette> garmentInPhoto,
        Optional<FramePositions> positions) {
    public GarmentPair {
        Objects.requireNonNull(wild, "wild");
        Objects.requireNonNull(standard, "standard");
        Objects.requireNonNull(silhouette, "silhouette");
        Objects.requireNonNull(attributes, "attributes");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(group, "group");
        garmentInPhoto.ifPresent(mask -> {
            if (mask.width() != wild.width() || mask.height() != wild.height()) {
                throw new IllegalArgumentException("wild is " + wild.width() + "x" + wild.height() + ", garmentInPhoto "
                        + mask.width() + "x" + mask.height());
            }
        });
        positions.ifPresent(p -> {
            if (p.side() != wild.width() || p.side() != wild.height()) {
                throw new IllegalArgumentException("wild is " + wild.width() + "x" + wild.height()
                        + ", positions are of a photo of side " + p.side());
            }
        });
    }

    /** A pair of which no more is known than its mask. */
    public GarmentPair(
            RgbImage wild,
            RgbImage standard,
            Silhouette silhouette,
            GarmentAttributes attributes,
            String id,
            String group,
            double hiddenShare,
            Optional<Silhouette> garmentInPhoto) {
        this(wild, standard, silhouette, attributes, id, group, hiddenShare, garmentInPhoto, Optional.empty());
    }

    /** A pair whose photo has no mask. */
    public GarmentPair(
            RgbImage wild,
            RgbImage standard,
            Silhouette silhouette,
            GarmentAttributes attributes,
            String id,
            String group,
            double hiddenShare) {
        this(wild, standard, silhouette, attributes, id, group, hiddenShare, Optional.empty());
    }
}
