package org.ragdiff.cli.photo;

import org.ragdiff.data.dataset.PictureRules;
import org.ragdiff.data.photo.GarmentWindow;
import org.ragdiff.eval.metric.GeneratedSilhouette;
import org.ragdiff.eval.metric.SilhouetteRule;

/** How pictures of data sets are read by the commands. Stateless. */
public final class FlatRules {
    private static final GeneratedSilhouette ON_WHITE = new GeneratedSilhouette(SilhouetteRule.defaults());

    private FlatRules() {}

    /** Silhouettes of flats as the protocol {@code ragdiff/v1} measures them; photos without a mask are used whole. */
    public static PictureRules wholePhotos() {
        return PictureRules.wholePhotos("ragdiff/v1", ON_WHITE::of);
    }

    /** The same, but photos without a mask are cropped to the garment where it is found, as {@code generate} does. */
    public static PictureRules croppedPhotos() {
        GarmentCrop crop = new GarmentCrop();
        return new PictureRules("ragdiff/v1-cropped", ON_WHITE::of, photo -> crop.find(photo)
                .map(b -> new GarmentWindow(b.left(), b.top(), b.width(), b.height())));
    }
}
